import type { FileHandle } from "node:fs/promises";
import { fromFdPromise } from "yauzl";

/** Where the bytes of an entry lie in the file, with its header. */
interface Extent {
  name: string;
  start: number;
  end: number;
}

/**
 * What is wrong with a zip archive, as `torch.save` writes them since 1.6; undefined when nothing is. Its directory is at the end, so that an
 * archive that was cut off has none. Every entry must begin where the directory says, lie within the file and overlap no other. Contents
 * are not compared with their CRC-32: `torch.save` may be told to write none, and `torch.load` looks at none.
 * @see https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @see https://docs.pytorch.org/docs/stable/generated/torch.serialization.set_crc32_options.html
 * @throws Error of the file system
 */
export async function zipProblem(handle: FileHandle): Promise<string | undefined> {
  try {
    return overlap(await extentsOf(handle));
  } catch (error) {
    // What the file system says has a code; what yauzl says of the content has none.
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    return /^End of central directory record signature not found/.test(error.message)
      ? "is cut off: the zip directory at its end is missing"
      : `is damaged: its zip directory does not fit (${error.message})`;
  }
}

async function extentsOf({ fd }: FileHandle): Promise<Extent[]> {
  // The handle stays the caller's: without autoClose, nothing of yauzl closes it.
  const archive = await fromFdPromise(fd, { autoClose: false, lazyEntries: true, decodeStrings: false });
  const extents: Extent[] = [];
  for await (const entry of archive.eachEntry()) {
    const { fileDataStart, fileName } = await archive.readLocalFileHeaderPromise(entry);
    const name = entry.fileNameRaw.toString();
    if (!fileName.equals(entry.fileNameRaw))
      throw new Error(`"${fileName.toString()}" lies where "${name}" should`);
    const start = entry.relativeOffsetOfLocalHeader;
    extents.push({ name, start, end: fileDataStart + entry.compressedSize });
  }
  return extents;
}

function overlap(extents: Extent[]): string | undefined {
  if (extents.length === 0) return "is empty: a zip archive without entries";
  extents.sort((one, other) => one.start - other.start);
  for (const [index, { name, start }] of extents.entries()) {
    const before = extents[index - 1];
    if (before !== undefined && before.end > start)
      return `is damaged: "${before.name}" and "${name}" of its zip directory overlap`;
  }
  return undefined;
}
