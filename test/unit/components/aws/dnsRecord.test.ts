import assert from "node:assert/strict";
import { DnsRecord } from "../../../../components/aws/dnsRecord";
import { only } from "../recordResources";
import { optionsOfOne, recordRegistrations } from "./recordRegistrations";

const record = "aws:route53/record:Record";

describe("DnsRecord", () => {
  const made = recordRegistrations(
    () => {
      new DnsRecord("dns", {
        zoneId: "Z2FDTNDATAQYW2",
        host: "lstm-pfd.example.com",
        balancer: "k8s-ingress.elb.eu-west-1.amazonaws.com",
        region: "eu-west-1",
      });
    },
    {},
    {
      "aws:lb/getHostedZoneId:getHostedZoneId": ({ region, loadBalancerType }) => ({
        id: `${String(loadBalancerType)} of ${String(region)}`,
      }),
    },
  );

  it("is an alias of the balancer, in the zone of network load balancers of its region", async () => {
    const inputs = only((await made).resources, record, "dns");
    assert.deepEqual(
      [inputs["zoneId"], inputs["name"], inputs["type"], inputs["aliases"]],
      [
        "Z2FDTNDATAQYW2",
        "lstm-pfd.example.com",
        "A",
        [
          {
            name: "k8s-ingress.elb.eu-west-1.amazonaws.com",
            zoneId: "network of eu-west-1",
            evaluateTargetHealth: false,
          },
        ],
      ],
    );
  });

  it("takes over the record of a lost site, and never removes that of the next one", async () => {
    const registrations = await made;
    assert.equal(only(registrations.resources, record, "dns")["allowOverwrite"], true);
    assert.equal(optionsOfOne(registrations, record, "dns").retainOnDelete, true);
  });
});
