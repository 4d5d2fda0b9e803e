import assert from "node:assert/strict";
import { knownSecrets } from "../../../kit/knownSecrets";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("secrets that this machine knows", () => {
  const savedSecrets = JSON.stringify([
    {
      name: "lstm-pfd-tls",
      namespace: "lstm-pfd",
      type: "kubernetes.io/tls",
      data: { "tls.crt": base64("a certificate"), "tls.key": base64("a private key") },
      labels: {},
      annotations: {},
    },
  ]);
  const found = knownSecrets({
    values: [
      { "lstm-pfd:dbPassword": "of the database", bucket: "backups", host: "app.example.com" },
      {
        repositoryCipherPass: "of the repository",
        writerAccessKeyId: "id of the writer",
        writerSecretAccessKey: "secret of the writer",
        jwtSecret: "",
        savedSecrets,
        imagePullSecret: JSON.stringify({
          auths: { "registry.example.com": { auth: "dXNlcjpwYXNz", password: "of the registry" } },
        }),
      },
    ],
    environment: { AWS_SECRET_ACCESS_KEY: "of the operator", PULUMI_CONFIG_PASSPHRASE: "", HOME: "/root" },
    passphrase: "of the kit",
    kubeconfig:
      "users:\n  - name: a\n    user: { token: of the cluster, client-key-data: a2V5, client-certificate-data: Y2VydA== }\n",
    outputs: ["of the stack"],
  });

  for (const secret of [
    "of the database",
    "of the repository",
    "id of the writer",
    "secret of the writer",
    "a private key",
    "dXNlcjpwYXNz",
    "of the registry",
    "of the operator",
    "of the kit",
    "of the cluster",
    "a2V5",
    "of the stack",
  ])
    it(`have "${secret}" among them`, () => {
      assert.ok(found.includes(secret), JSON.stringify(found));
    });

  it("have nothing among them that everybody may see", () => {
    for (const open of ["", "backups", "app.example.com", "/root", "a certificate", "Y2VydA=="])
      assert.ok(!found.includes(open), open);
  });

  it("are none where nothing can be read", () => {
    assert.deepEqual(
      knownSecrets({ values: [{ savedSecrets: "" }], environment: {}, kubeconfig: ": no: YAML: [" }),
      [],
    );
  });
});
