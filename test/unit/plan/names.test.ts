import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../../lib/paths";
import {
  accountSecret,
  jobNames,
  jobServiceAccount,
  kitSecrets,
  names,
  repositoryRoles,
  repositorySecret,
  repositoryServiceAccount,
  runNames,
} from "../../../plan/names";
import { productDirectories, sourcesIn } from "../../support/sources";

/** Names that mean nothing else wherever they stand. */
const telling = new Set<string>([
  ...Object.values(names).filter((name) => /^lstm-pfd-|^\/|[_.]/.test(name) && name !== names.caFile),
  ...Object.values(jobNames).filter((name) => name.startsWith("restore-")),
  ...Object.values(runNames).filter((name) => /^backup-.*-/.test(name)),
  ...repositoryRoles.flatMap((role) => [repositorySecret(role), repositoryServiceAccount(role)]),
  ...(["verify", "restore-secrets"] as const).map(jobServiceAccount),
  ...(["acme-production", "acme-staging"] as const).map(accountSecret),
]);

/** Names that stand in quotes in a program, or at the end of a path in it; comments may speak of them. */
function repeated(program: string): string[] {
  const text = program.replace(/\/\*[^]*?\*\//g, "");
  return [...telling].filter((name) =>
    new RegExp(`["'\`/@]${name.replaceAll(".", "\\.")}["'\`:]`).test(text),
  );
}

describe("the names of the product", () => {
  for (const directory of productDirectories)
    it(`stand nowhere else in ${directory}/`, () => {
      const found = sourcesIn(directory)
        .filter((file) => file !== "plan/names.ts")
        .flatMap((file) =>
          repeated(readFileSync(join(projectRoot, file), "utf8")).map((name) => `${file}: ${name}`),
        );
      assert.deepEqual(found, []);
    });

  it("would be found if one stood there", () => {
    assert.deepEqual(repeated('exec "statefulset/lstm-pfd-postgresql"'), ["lstm-pfd-postgresql"]);
    assert.deepEqual(repeated("const mountPath = `/app/checkpoints`;"), ["/app/checkpoints"]);
  });

  it("are those of the chart by itself", () => {
    const chart = (file: string): string => readFileSync(join(projectRoot, "chart", file), "utf8");
    const values = parse(chart("values.yaml")) as Record<string, Record<string, unknown>>;
    assert.deepEqual(values["repository"], {
      configMap: names.repositoryConfiguration,
      secret: repositorySecret("writer"),
      environment: {},
    });
    const { existingClaim, database, user } = values["postgresql"] ?? {};
    assert.deepEqual(
      [existingClaim, database, user],
      [names.databaseClaim, names.database, names.databaseUser],
    );
    const { mountPath, modelFile, ...checkpoints } = values["checkpoints"] ?? {};
    assert.deepEqual(
      [checkpoints["existingClaim"], mountPath, modelFile],
      [names.checkpointsClaim, names.checkpointsDirectory, names.modelFile],
    );
    assert.equal(values["ingress"]?.["tlsSecretName"], names.certificateSecret);
    assert.ok(chart("templates/_pod.tpl").includes(`default "${names.applicationSecret}"`));
    for (const text of [
      `kind: StatefulSet\nmetadata:\n  name: ${names.databaseStatefulSet}\n`,
      `- name: ${names.databaseContainer}\n`,
      `mountPath: ${names.databaseDirectory}`,
    ])
      assert.ok(chart("templates/postgresql.yaml").includes(text), text);
  });

  it("of the kit are those that the guide for AWS carries over to a pipeline", () => {
    const guide = readFileSync(join(projectRoot, "docs", "aws.md"), "utf8");
    const [, keys] = /^for key in (.*); do$/m.exec(guide) ?? [];
    assert.deepEqual(keys?.split(" "), [...kitSecrets, "savedSecrets"]);
  });
});
