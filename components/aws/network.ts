import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkRegion } from "../../plan/aws/arns";
import { interfaceEndpointsRule } from "../../plan/aws/interfaceEndpoints";
import { type ZoneSubnets, zoneSubnets } from "../../plan/aws/subnets";
import { check } from "../../plan/rule";

/** Arguments of {@link Network}. */
export interface NetworkArgs {
  /** Region of the provider; names of endpoints hold it. */
  region: string;
  /** Private IPv4 network from /16 to /20. */
  cidr: string;
  /** Three availability zones of the region. */
  zones: readonly string[];
  /**
   * NAT gateways of the private subnets: one for all is cheaper, one per zone survives the loss of a zone.
   * @default "perZone"
   */
  natGateways?: "one" | "perZone";
  /**
   * AWS services that are reached inside the network and not through NAT: `ecr.api`, `ecr.dkr`, `sts`, `eks-auth`, `logs` …
   * S3 always is, free of charge.
   * @default none
   */
  interfaceEndpoints?: readonly string[];
}

/**
 * Network over three zones: private subnets for nodes and pods, public ones for load balancers. Nothing of it waits for the
 * cluster, and the cluster waits for the subnets alone.
 * @throws Error when an argument breaks its rule; nothing is created then
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly publicSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, options?: pulumi.ComponentResourceOptions) {
    super("lstm-pfd:aws:Network", name, {}, options);
    const { region, cidr, interfaceEndpoints = [] } = args;
    checkRegion("region", region);
    check(interfaceEndpointsRule, "interfaceEndpoints", interfaceEndpoints);
    const zones = zoneSubnets(cidr, args.zones);
    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } },
      { parent: this },
    );
    this.vpcId = vpc.id;
    const scope = { name, region, vpcId: vpc.id };
    this.closeDefaultSecurityGroup(scope);
    // Given its network it counts as made once it is attached.
    const gateway = new aws.ec2.InternetGateway(
      name,
      { vpcId: vpc.id, tags: { Name: name } },
      { parent: this },
    );
    const publicSubnets = this.publicSubnets(scope, zones, gateway);
    const ways = (args.natGateways === "one" ? publicSubnets.slice(0, 1) : publicSubnets).map(
      (subnet, index) => this.natGateway(scope, zones[index]?.zone ?? "", subnet, gateway),
    );
    const { subnets, routeTables } = this.privateSubnets(scope, zones, ways);
    this.publicSubnetIds = publicSubnets.map(({ id }) => id);
    this.privateSubnetIds = subnets.map(({ id }) => id);
    this.s3Endpoint(scope, routeTables);
    if (interfaceEndpoints.length > 0) this.serviceEndpoints(scope, cidr, interfaceEndpoints);
    this.registerOutputs({
      vpcId: this.vpcId,
      privateSubnetIds: this.privateSubnetIds,
      publicSubnetIds: this.publicSubnetIds,
    });
  }

  // Whatever is started without a group of its own gets this one: it must open nothing.
  private closeDefaultSecurityGroup({ name, vpcId }: Scope): void {
    new aws.ec2.DefaultSecurityGroup(
      name,
      { vpcId, ingress: [], egress: [], tags: { Name: `${name}-default-closed` } },
      { parent: this },
    );
  }

  private publicSubnets(
    { name, vpcId }: Scope,
    zones: ZoneSubnets[],
    gateway: aws.ec2.InternetGateway,
  ): aws.ec2.Subnet[] {
    const routeTable = new aws.ec2.RouteTable(
      `${name}-public`,
      { vpcId, tags: { Name: `${name}-public` } },
      { parent: this },
    );
    new aws.ec2.Route(
      `${name}-public`,
      { routeTableId: routeTable.id, destinationCidrBlock: anywhere, gatewayId: gateway.id },
      { parent: this },
    );
    return zones.map(({ zone, publicCidr }) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-public-${zone}`,
        {
          vpcId,
          availabilityZone: zone,
          cidrBlock: publicCidr,
          tags: { Name: `${name}-public-${zone}`, "kubernetes.io/role/elb": "1" },
        },
        { parent: this },
      );
      new aws.ec2.RouteTableAssociation(
        `${name}-public-${zone}`,
        { subnetId: subnet.id, routeTableId: routeTable.id },
        { parent: this },
      );
      return subnet;
    });
  }

  private privateSubnets(
    { name, vpcId }: Scope,
    zones: ZoneSubnets[],
    ways: aws.ec2.NatGateway[],
  ): { subnets: aws.ec2.Subnet[]; routeTables: aws.ec2.RouteTable[] } {
    const routeTables: aws.ec2.RouteTable[] = [];
    const subnets = zones.map(({ zone, privateCidr }, index) => {
      const subnet = new aws.ec2.Subnet(
        `${name}-private-${zone}`,
        {
          vpcId,
          availabilityZone: zone,
          cidrBlock: privateCidr,
          tags: { Name: `${name}-private-${zone}`, "kubernetes.io/role/internal-elb": "1" },
        },
        { parent: this },
      );
      const routeTable = new aws.ec2.RouteTable(
        `${name}-private-${zone}`,
        { vpcId, tags: { Name: `${name}-private-${zone}` } },
        { parent: this },
      );
      routeTables.push(routeTable);
      const way = ways[index] ?? ways[0];
      if (way !== undefined)
        new aws.ec2.Route(
          `${name}-private-${zone}`,
          { routeTableId: routeTable.id, destinationCidrBlock: anywhere, natGatewayId: way.id },
          { parent: this },
        );
      new aws.ec2.RouteTableAssociation(
        `${name}-private-${zone}`,
        { subnetId: subnet.id, routeTableId: routeTable.id },
        { parent: this },
      );
      return subnet;
    });
    return { subnets, routeTables };
  }

  // AWS refuses a NAT gateway while the network has no internet gateway, and takes none away while addresses hang on it.
  private natGateway(
    { name }: Scope,
    zone: string,
    subnet: aws.ec2.Subnet,
    gateway: aws.ec2.InternetGateway,
  ): aws.ec2.NatGateway {
    const tags = { Name: `${name}-${zone}` };
    const behind = { parent: this, dependsOn: gateway };
    const address = new aws.ec2.Eip(`${name}-${zone}`, { domain: "vpc", tags }, behind);
    return new aws.ec2.NatGateway(
      `${name}-${zone}`,
      { subnetId: subnet.id, allocationId: address.id, tags },
      behind,
    );
  }

  private s3Endpoint({ name, region, vpcId }: Scope, routeTables: aws.ec2.RouteTable[]): void {
    new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${region}.s3`,
        routeTableIds: routeTables.map(({ id }) => id),
        tags: { Name: `${name}-s3` },
      },
      { parent: this },
    );
  }

  private serviceEndpoints({ name, region, vpcId }: Scope, cidr: string, services: readonly string[]): void {
    const tags = { Name: `${name}-endpoints` };
    const group = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId, description: "HTTPS from this network to AWS services", tags },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: group.id,
        description: "HTTPS from this network",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
    for (const service of services)
      new aws.ec2.VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: `com.amazonaws.${region}.${service}`,
          subnetIds: this.privateSubnetIds,
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          tags: { Name: `${name}-${service}` },
        },
        { parent: this },
      );
  }
}

interface Scope {
  name: string;
  region: string;
  vpcId: pulumi.Input<string>;
}

const anywhere = "0.0.0.0/0";
