import type { Lives } from "./lives";

/** Keys of the segments in the path of a generation, in their order. */
export async function segmentsOf(lives: Lives, generation: number): Promise<string[]> {
  const keys = await lives.keys(`wal/generation-${String(generation).padStart(4, "0")}/repository/archive/`);
  return keys.filter((key) => /\/[0-9A-F]{24}-[0-9a-f]{40}/.test(key));
}
