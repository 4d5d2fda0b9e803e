import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link DnsRecord}. */
export interface DnsRecordArgs {
  /** Id of the public hosted zone that the host lies in. */
  zoneId: pulumi.Input<string>;
  /** Name under which clients reach the application. */
  host: pulumi.Input<string>;
  /** DNS name of the network load balancer in front of the ingress controller. */
  balancer: pulumi.Input<string>;
  /** Region of the balancer. */
  region: pulumi.Input<string>;
}

/**
 * Leads clients to this site: an alias record at Route 53, whose time to live is 60 s. Make it depend on the verification, and it
 * moves only once the site is proven. It replaces the record of the site that was lost, whose stack may be gone. It is never deleted: when the
 * old stack is destroyed later, the record leads to the new site already, and the provider deletes by name
 * (hashicorp/terraform-provider-aws#32460).
 */
export class DnsRecord extends pulumi.ComponentResource {
  constructor(
    name: string,
    { zoneId, host, balancer, region }: DnsRecordArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("lstm-pfd:aws:DnsRecord", name, {}, options);
    // A balancer's name lies in a zone of AWS, one for each region and kind of balancer.
    const { id } = aws.lb.getHostedZoneIdOutput({ region, loadBalancerType: "network" }, { parent: this });
    new aws.route53.Record(
      name,
      {
        zoneId,
        name: host,
        type: "A",
        aliases: [{ name: balancer, zoneId: id, evaluateTargetHealth: false }],
        allowOverwrite: true,
      },
      { parent: this, retainOnDelete: true },
    );
    this.registerOutputs({});
  }
}
