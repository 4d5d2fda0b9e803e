import { credentials, makeGenericClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { lengthDelimited, valueOf, writtenAt } from "./filerEntry";

/** A file of the filer, and when it is to have been written. */
export interface Aged {
  directory: string;
  name: string;
  /** ISO time. */
  at: string;
}

// Runs in the network of the object store, where its filer can be reached: files come as JSON in the one argument.
const filer = "127.0.0.1:18888";

const identity = (bytes: Buffer): Buffer => bytes;
const method = (name: string) => ({
  path: `/filer_pb.SeaweedFiler/${name}`,
  requestStream: false,
  responseStream: false,
  requestSerialize: identity,
  requestDeserialize: identity,
  responseSerialize: identity,
  responseDeserialize: identity,
});
const Filer = makeGenericClientConstructor(
  { lookup: method("LookupDirectoryEntry"), update: method("UpdateEntry") },
  "filer_pb.SeaweedFiler",
);
type Call = (request: Buffer, done: (error: ServiceError | null, answer: Buffer) => void) => void;

async function main(): Promise<void> {
  const client = new Filer(filer, credentials.createInsecure());
  const call = (name: "lookup" | "update", request: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      (client[name] as Call).call(client, request, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
  for (const { directory, name, at } of JSON.parse(process.argv[2] ?? "[]") as Aged[]) {
    const asked = Buffer.concat([lengthDelimited(1, directory), lengthDelimited(2, name)]);
    const entry = valueOf(await call("lookup", asked), 1);
    if (entry === undefined) throw new Error(`the filer has no ${directory}/${name}`);
    const changed = lengthDelimited(2, writtenAt(entry, new Date(at)));
    await call("update", Buffer.concat([lengthDelimited(1, directory), changed]));
  }
  client.close();
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
