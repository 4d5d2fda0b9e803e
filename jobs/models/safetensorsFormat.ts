import type { FileHandle } from "node:fs/promises";

/** What the reference implementation takes at most. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** Bits of one element, by type. A type that is not here came later: the size of its tensors is not compared with their shapes. */
const bitsOf: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
  C64: 64,
};

/** A tensor, as the header has it. */
interface Tensor {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/**
 * What is wrong with a safetensors file; undefined when nothing is. Its header says where each tensor lies, one after the other without a
 * gap, and the last one ends with the file.
 * @see https://github.com/huggingface/safetensors#format and `Metadata::validate` in safetensors/src/tensor.rs
 * @throws Error of the file system
 */
export async function safetensorsProblem(handle: FileHandle, sizeBytes: number): Promise<string | undefined> {
  if (sizeBytes < LENGTH_BYTES) return `is cut off: ${sizeBytes} bytes, less than the length of its header`;
  const length = (await readFrom(handle, 0, LENGTH_BYTES)).readBigUInt64LE();
  if (length > BigInt(MAX_HEADER_BYTES)) return `is damaged: a header of ${length} bytes`;
  const start = LENGTH_BYTES + Number(length);
  if (start > sizeBytes)
    return `is cut off within its header: ${sizeBytes} bytes instead of at least ${start}`;
  const tensors = tensorsOf((await readFrom(handle, LENGTH_BYTES, Number(length))).toString());
  if (tensors === undefined) return "is damaged: its header is not that of safetensors";
  tensors.sort((one, other) => one.begin - other.begin || one.end - other.end);
  let end = 0;
  for (const tensor of tensors) {
    if (tensor.begin !== end || tensor.end < tensor.begin)
      return `is damaged: the tensor "${tensor.name}" begins at ${tensor.begin} instead of ${end}`;
    const bytes = bytesOf(tensor);
    if (bytes !== undefined && bytes !== tensor.end - tensor.begin)
      return `is damaged: the tensor "${tensor.name}" has ${tensor.end - tensor.begin} bytes instead of ${bytes}`;
    end = tensor.end;
  }
  const expected = start + end;
  if (expected === sizeBytes) return undefined;
  return `${sizeBytes < expected ? "is cut off" : "is too long"}: ${sizeBytes} bytes instead of ${expected}`;
}

async function readFrom(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Tensors of a header; undefined when it is none. */
function tensorsOf(json: string): Tensor[] | undefined {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) return undefined;
  const tensors: Tensor[] = [];
  for (const [name, value] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets } = (value ?? {}) as Partial<Record<string, unknown>>;
    if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(data_offsets)) return undefined;
    const [begin, end, ...more] = data_offsets;
    if (begin === undefined || end === undefined || more.length > 0) return undefined;
    tensors.push({ name, dtype, shape, begin, end });
  }
  return tensors;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && (each as number) >= 0);
}

function bytesOf({ dtype, shape }: Tensor): number | undefined {
  const bits = bitsOf[dtype];
  return bits === undefined ? undefined : (bits * shape.reduce((product, each) => product * each, 1)) / 8;
}
