import { bucketNameRule } from "../../plan/aws/arns";
import { endpointRule } from "../../plan/repository";
import { choice, integer, portRule, secret, text } from "../key";
import { resourceNameRule } from "./rules";

/** Where the backups are, and who may do what there. */
export const objectStoreKeys = {
  objectStore: choice(["embedded", "s3", "aws"], {
    default: "embedded",
    description: "Where backups go: an object store on this machine, an S3 endpoint, or a vault at AWS.",
  }),
  objectStoreName: text({
    default: "vault",
    rule: resourceNameRule,
    description: "Name of the embedded object store; its network namespace is lpfd-<name>.",
  }),
  objectStorePort: integer({
    default: 18333,
    rule: portRule,
    description: "Port on 127.0.0.1 for the embedded object store.",
  }),
  bucket: text({
    default: "lstm-pfd-backups",
    rule: bucketNameRule,
    description: "Bucket of the backups.",
  }),
  s3Endpoint: text({
    rule: endpointRule,
    description: "Endpoint of the object store as pods see it; empty for AWS.",
  }),
  s3Region: text({ default: "us-east-1", description: "Region of the bucket." }),
  s3CaCertificate: text({
    description: "PEM of the object store's certificate authority; empty for a public one.",
  }),
  writerAccessKeyId: text({ description: "Access key that writes backups." }),
  writerSecretAccessKey: secret({ description: "Secret of the writer's access key." }),
  janitorAccessKeyId: text({ description: "Access key that expires superseded backups." }),
  janitorSecretAccessKey: secret({ description: "Secret of the janitor's access key." }),
  readerAccessKeyId: text({ description: "Access key that reads backups." }),
  readerSecretAccessKey: secret({ description: "Secret of the reader's access key." }),
  evidenceAccessKeyId: text({
    description:
      "Access key that creates objects in `evidence/`, and does nothing else. Empty: nothing can be rehearsed.",
  }),
  evidenceSecretAccessKey: secret({ description: "Secret of the evidence's access key." }),
};
