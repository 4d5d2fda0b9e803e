import { Metadata, status, type ServerErrorResponse } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { toStruct, type WireProperties } from "./wire";

/** A resource that was made or changed, but not to its end, as the engine takes it. */
export interface UnfinishedResource {
  id: string;
  outputs: WireProperties;
  /** Only after a read. */
  inputs?: WireProperties;
  reason: string;
}

/** The gRPC error for an operation that failed and left nothing to remember. */
export function operationError(message: string): Error & ServerErrorResponse {
  return Object.assign(new Error(message), { code: status.UNKNOWN, details: message });
}

/** The gRPC error that makes the engine keep the resource's state, and try again at the next `up`. */
export function unfinishedError(resource: UnfinishedResource): Error & ServerErrorResponse {
  const detail = new ErrorResourceInitFailed();
  detail.setId(resource.id);
  detail.setProperties(toStruct(resource.outputs));
  if (resource.inputs) detail.setInputs(toStruct(resource.inputs));
  detail.setReasonsList([resource.reason]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rich = new Status();
  rich.setCode(status.UNKNOWN);
  rich.setMessage(resource.reason);
  rich.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rich.serializeBinary()));
  return Object.assign(operationError(resource.reason), { metadata });
}
