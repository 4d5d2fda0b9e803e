/**
 * What to tell a person whose Node.js is old, in one line.
 * @param version as `process.version` has it, for instance `v20.19.0`
 * @returns undefined from Node.js 22 on
 */
export function oldNodeNotice(version: string): string | undefined {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (!(major < 22)) return undefined;
  return `note: Node.js ${version} works, but the AWS SDK drops Node.js 20 in January 2027; use Node.js 22 (.nvmrc)`;
}
