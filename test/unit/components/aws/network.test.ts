import assert from "node:assert/strict";
import { regionRule } from "../../../../plan/aws/arns";
import { Network, type NetworkArgs } from "../../../../components/aws/network";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";
import { refuses } from "./refusal";

const args: NetworkArgs = {
  region: "eu-central-1",
  cidr: "10.20.0.0/16",
  zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
};

function build(changes: Partial<NetworkArgs> = {}) {
  return recordRegistrations(() => {
    new Network("net", { ...args, ...changes });
  });
}

async function count(changes: Partial<NetworkArgs>, type: string): Promise<number> {
  return (await build(changes)).resources.filter((resource) => resource.type === type).length;
}

describe("Network", () => {
  it("has a private and a public subnet in each of three zones, tagged for load balancers", async () => {
    const { resources } = await build();
    const subnets = resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
    assert.deepEqual(
      subnets.map(({ inputs }) => [inputs["availabilityZone"], inputs["cidrBlock"]]),
      [
        ["eu-central-1a", "10.20.0.0/19"],
        ["eu-central-1b", "10.20.32.0/19"],
        ["eu-central-1c", "10.20.64.0/19"],
        ["eu-central-1a", "10.20.96.0/22"],
        ["eu-central-1b", "10.20.100.0/22"],
        ["eu-central-1c", "10.20.104.0/22"],
      ],
    );
    const subnet = (name: string) => only(resources, "aws:ec2/subnet:Subnet", name);
    assert.deepEqual(subnet("net-private-eu-central-1a")["tags"], {
      Name: "net-private-eu-central-1a",
      "kubernetes.io/role/internal-elb": "1",
    });
    assert.deepEqual(subnet("net-public-eu-central-1c")["tags"], {
      Name: "net-public-eu-central-1c",
      "kubernetes.io/role/elb": "1",
    });
  });

  it("has a NAT gateway in each zone, or one for all", async () => {
    const nat = "aws:ec2/natGateway:NatGateway";
    assert.equal(await count({}, nat), 3);
    assert.equal(await count({ natGateways: "one" }, nat), 1);
    const route = "aws:ec2/route:Route";
    const ways = async (natGateways: "one" | "perZone") => {
      const { resources } = await build({ natGateways });
      return args.zones.map((zone) => only(resources, route, `net-private-${zone}`)["natGatewayId"]);
    };
    assert.deepEqual(await ways("perZone"), [
      "net-eu-central-1a-id",
      "net-eu-central-1b-id",
      "net-eu-central-1c-id",
    ]);
    assert.deepEqual(await ways("one"), [
      "net-eu-central-1a-id",
      "net-eu-central-1a-id",
      "net-eu-central-1a-id",
    ]);
  });

  for (const natGateways of ["one", "perZone"] as const)
    it(`makes no NAT gateway, nor takes it down, without the internet gateway: ${natGateways}`, async () => {
      const { options } = await build({ natGateways });
      const types = ["aws:ec2/eip:Eip", "aws:ec2/natGateway:NatGateway"];
      const ways = options.filter(({ type }) => types.includes(type));
      assert.equal(ways.length, natGateways === "one" ? 2 : 6);
      for (const { type, name, waitsFor } of ways)
        assert.ok(
          waitsFor.some((urn) => urn.endsWith("aws:ec2/internetGateway:InternetGateway::net")),
          `${type} ${name}`,
        );
    });

  it("reaches S3 without NAT from every private subnet", async () => {
    const { resources } = await build();
    const endpoint = only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "net-s3");
    assert.deepEqual(
      [endpoint["vpcEndpointType"], endpoint["serviceName"], endpoint["routeTableIds"]],
      ["Gateway", "com.amazonaws.eu-central-1.s3", args.zones.map((zone) => `net-private-${zone}-id`)],
    );
  });

  it("reaches further services inside when that is wanted", async () => {
    const { resources } = await build({ interfaceEndpoints: ["ecr.api", "sts"] });
    const endpoint = only(resources, "aws:ec2/vpcEndpoint:VpcEndpoint", "net-ecr.api");
    assert.equal(endpoint["serviceName"], "com.amazonaws.eu-central-1.ecr.api");
    assert.deepEqual(endpoint["securityGroupIds"], ["net-endpoints-id"]);
    const rule = only(
      resources,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "net-endpoints",
    );
    assert.deepEqual([rule["cidrIpv4"], rule["fromPort"], rule["toPort"]], ["10.20.0.0/16", 443, 443]);
    assert.equal(rule["description"], "HTTPS from this network");
    assert.equal(await count({}, "aws:ec2/securityGroup:SecurityGroup"), 0);
  });

  it("opens nothing to what is started without a security group", async () => {
    const { resources } = await build();
    const group = only(resources, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net");
    assert.deepEqual([group["ingress"], group["egress"]], [[], []]);
  });

  it("lets no subnet wait for a NAT gateway", async () => {
    const made = await build();
    const { waitsFor } = optionsOfOne(made, "aws:ec2/subnet:Subnet", "net-private-eu-central-1a");
    assert.deepEqual(waitsFor, ["lstm-pfd:aws:Network$aws:ec2/vpc:Vpc::net"]);
  });

  for (const [changes, message] of [
    [{ region: "mars" }, `region is "mars": ${regionRule.says}`],
    [
      { cidr: "8.8.0.0/16" },
      'cidr is "8.8.0.0/16": must be a private IPv4 network from /16 to /20 on its own boundary, as in 10.20.0.0/16',
    ],
    [
      { zones: ["eu-central-1a"] },
      'zones is "eu-central-1a": must be three different availability zones, comma-separated, as in eu-central-1a,eu-central-1b,eu-central-1c',
    ],
    [
      { interfaceEndpoints: ["s3"] },
      'interfaceEndpoints is "s3": must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out',
    ],
    [
      { interfaceEndpoints: ["sts", "sts"] },
      'interfaceEndpoints is "sts,sts": must be short names of services, comma-separated, each once, as in ecr.api,sts; s3 is always there and must be left out',
    ],
  ] satisfies [Partial<NetworkArgs>, string][])
    it(`refuses ${JSON.stringify(changes)}`, () =>
      refuses(() => new Network("net", { ...args, ...changes }), message));
});
