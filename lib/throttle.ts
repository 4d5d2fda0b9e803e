/** Lets a line through at most once in `everyMs`; what comes in between is dropped. */
export function throttle(log: (line: string) => void, everyMs: number): (line: string) => void {
  let last = 0;
  return (line) => {
    if (Date.now() - last < everyMs) return;
    last = Date.now();
    log(line);
  };
}
