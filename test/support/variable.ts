/**
 * Sets a variable of the environment before each test of the suite that calls this, and gives back after it what was there.
 * @param value asked for before each test, after the hooks that the suite has registered already
 */
export function withVariable(name: string, value: () => string): void {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env[name];
    process.env[name] = value();
  });
  afterEach(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before;
  });
}
