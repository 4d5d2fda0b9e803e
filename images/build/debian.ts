/** The Debian that images stand on where no other base is named, and what it brings. Pinned here and nowhere else. */
export const debian = {
  release: "bookworm",
  /** Major version of its PostgreSQL; the minor one is Debian's. */
  postgresql: "15",
} as const;
