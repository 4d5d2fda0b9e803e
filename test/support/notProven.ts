/** Says at the end of the unit tests what they leave open. */
export function mochaGlobalTeardown(): void {
  process.stdout.write(
    'Not proven here: what the engine, the providers, Kubernetes and PostgreSQL make of it. "npm run test:e2e" does that, and AWS itself is tried nowhere.\n',
  );
}
