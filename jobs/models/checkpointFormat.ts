import { open, type FileHandle } from "node:fs/promises";
import { CheckpointError, MAGIC as standInStart, verifyCheckpoint } from "./checkpoint";
import { safetensorsProblem } from "./safetensorsFormat";
import { zipProblem } from "./zipFormat";

/** What a file's own format says of it. */
export type FormatState =
  | { state: "whole"; format: "torch zip" | "safetensors" | "stand-in" }
  /** `problem`: how it goes on after the file's name, as in "is cut off: …". */
  | { state: "not whole"; problem: string }
  /** Nothing in it tells where it ends: only its bytes can be compared. */
  | { state: "unknown"; why: string };

/** What follows `torch.load`'s test for a zip archive, and what `torch.save` writes first. */
const zipStart = Buffer.from("PK\u0003\u0004");
/**
 * Pickle of the magic number 0x1950a86a20f9469cfc6c, with which `torch.save` began until 1.6, and does with
 * `_use_new_zipfile_serialization=False`.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py MAGIC_NUMBER, _legacy_save
 */
const legacyStart = Buffer.from("80028a0a6cfc9c46f9206aa850192e", "hex");
/** What `torch.load` and its likes are given. */
const torchNames = /\.(pt|pth|ckpt)$/;

/**
 * Looks whether a file is whole, as far as its format tells: by what it begins with, and for safetensors by its name. Reads little of it, but
 * the stand-in's from end to end, since that carries its own checksum. Torch's old format would have to be unpickled to know where it ends,
 * which could run any code: it counts as unknown, like everything that is no checkpoint.
 * @throws Error of the file system
 */
export async function formatState(file: string): Promise<FormatState> {
  const handle = await open(file, "r");
  try {
    return await stateOf(handle, file);
  } finally {
    await handle.close();
  }
}

async function stateOf(handle: FileHandle, file: string): Promise<FormatState> {
  const { size } = await handle.stat();
  if (file.endsWith(".safetensors")) return told("safetensors", await safetensorsProblem(handle, size));
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(legacyStart.length), 0, legacyStart.length, 0);
  const start = buffer.subarray(0, bytesRead);
  if (startsWith(start, zipStart)) return told("torch zip", await zipProblem(handle));
  if (startsWith(start, standInStart)) return standIn(file);
  if (startsWith(start, legacyStart))
    return { state: "unknown", why: "torch's format before 1.6, which does not tell where it ends" };
  if (torchNames.test(file)) {
    if (size === 0) return { state: "not whole", problem: "is empty" };
    if ([zipStart, legacyStart, standInStart].some((magic) => isShorter(start, magic)))
      return { state: "not whole", problem: `is cut off: ${size} bytes` };
    // A file system that lost what was written gives zeros in its place.
    if (start.every((byte) => byte === 0))
      return { state: "not whole", problem: "is damaged: it begins with zeros" };
  }
  return { state: "unknown", why: "no format that is known here" };
}

function told(format: "torch zip" | "safetensors", problem: string | undefined): FormatState {
  return problem === undefined ? { state: "whole", format } : { state: "not whole", problem };
}

async function standIn(file: string): Promise<FormatState> {
  try {
    await verifyCheckpoint(file);
    return { state: "whole", format: "stand-in" };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    if (error.reason.startsWith("has an unknown architecture"))
      return { state: "unknown", why: `the stand-in's format; it ${error.reason}` };
    return { state: "not whole", problem: error.reason };
  }
}

function startsWith(start: Buffer, magic: Buffer): boolean {
  return start.subarray(0, magic.length).equals(magic);
}

/** Whether a file that begins so ends before a magic number does. */
function isShorter(start: Buffer, magic: Buffer): boolean {
  return start.length < magic.length && magic.subarray(0, start.length).equals(start);
}
