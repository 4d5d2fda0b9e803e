import assert from "node:assert/strict";
import {
  mergedSecrets,
  parseSavedSecrets,
  type SavedSecret,
  savedIn,
  savedSecretsOf,
  savedSecretsText,
} from "../../../plan/savedSecrets";
import { accountSample, authoritySample, tlsSecret } from "./savedSecretSamples";

/** A Secret as the API server tells it. */
function found({ name, namespace, labels, annotations, type, data }: SavedSecret, metadata: object = {}) {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels, annotations, uid: "1", resourceVersion: "2", ...metadata },
    type,
    data,
  };
}

function saved(...items: object[]): SavedSecret[] {
  return savedSecretsOf(JSON.stringify({ kind: "List", items }));
}

describe("Secrets that are saved", () => {
  it("are certificates, authorities and ACME accounts, in one order", () => {
    const samples = [tlsSecret, authoritySample, accountSample];
    const expected = [accountSample, authoritySample, tlsSecret];
    assert.deepEqual(saved(...samples.map((each) => found(each))), expected);
    assert.deepEqual(saved(...samples.reverse().map((each) => found(each))), expected);
  });

  it("lose what belongs to the lost cluster", () => {
    const ofCluster = {
      annotations: {
        ...tlsSecret.annotations,
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
      },
      managedFields: [{ manager: "cert-manager-certificates-issuing" }],
      ownerReferences: [{ kind: "Certificate", uid: "1" }],
    };
    assert.deepEqual(saved(found(tlsSecret, ofCluster)), [tlsSecret]);
  });

  it("are none where there are none", () => {
    assert.deepEqual(saved(), []);
  });

  const others: [string, object][] = [
    ["another's certificate", found({ ...tlsSecret, annotations: {} })],
    ["a certificate without its key", found({ ...tlsSecret, data: { ...tlsSecret.data, "tls.key": "" } })],
    ["a key without its certificate", found({ ...tlsSecret, data: { "tls.key": "c2VjcmV0" } })],
    [
      "the key of an issuance under way",
      found({ ...tlsSecret, labels: { ...tlsSecret.labels, "cert-manager.io/next-private-key": "true" } }),
    ],
    ["the application's own Secret", found({ ...tlsSecret, name: "lstm-pfd-secrets", type: "Opaque" })],
    ["a Secret without content", { metadata: { name: "empty", namespace: "lstm-pfd" } }],
    ["an account's name in another namespace", found({ ...accountSample, namespace: "lstm-pfd" })],
    ["an account without its key", found({ ...accountSample, data: {} })],
  ];
  for (const [what, secret] of others)
    it(`are not ${what}`, () => {
      assert.deepEqual(saved(secret), []);
    });

  it("replace those of the same place, and leave what is there no longer", () => {
    const renewed = { ...tlsSecret, data: { ...tlsSecret.data, "tls.crt": "bmV3" } };
    assert.deepEqual(mergedSecrets([authoritySample, tlsSecret], [renewed, accountSample]), [
      accountSample,
      authoritySample,
      renewed,
    ]);
    assert.deepEqual(mergedSecrets([tlsSecret], []), [tlsSecret]);
  });

  it("are found by namespace", () => {
    assert.deepEqual(savedIn("lstm-pfd", [authoritySample, tlsSecret]), [tlsSecret]);
  });
});

describe("text of saved Secrets", () => {
  it("says the same as the Secrets, and nothing for none", () => {
    const secrets = [accountSample, authoritySample, tlsSecret];
    assert.deepEqual(parseSavedSecrets(savedSecretsText(secrets)), secrets);
    assert.equal(savedSecretsText([]), "");
    assert.deepEqual(parseSavedSecrets(""), []);
    assert.deepEqual(parseSavedSecrets("[]"), []);
  });

  const list = 'must be a JSON list of Secrets, as "npm run kit" writes it';
  const kubernetes = "must hold Secrets of Kubernetes, and number 1 has";
  const refused: [string, unknown, string][] = [
    ["no JSON", undefined, list],
    ["an object", { secret: "c2VjcmV0" }, list],
    ["a text", ["c2VjcmV0"], `${kubernetes} no name of one`],
    ["no name", [{ ...tlsSecret, name: undefined }], `${kubernetes} no name of one`],
    ["a name that is none", [{ ...tlsSecret, name: "../c2VjcmV0" }], `${kubernetes} no name of one`],
    ["no namespace", [{ ...tlsSecret, namespace: "" }], `${kubernetes} no namespace of one`],
    ["no type", [{ ...tlsSecret, type: 1 }], `${kubernetes} no type of one`],
    ["no content", [{ ...tlsSecret, data: undefined }], `${kubernetes} data that are no base64 by key`],
    [
      "content in clear",
      [{ ...tlsSecret, data: { "tls.key": "c2VjcmV0 PEM" } }],
      `${kubernetes} data that are no base64 by key`,
    ],
    ["labels in a list", [{ ...tlsSecret, labels: [] }], `${kubernetes} labels that are no texts by key`],
    [
      "an annotation that is no text",
      [{ ...tlsSecret, annotations: { a: 1 } }],
      `${kubernetes} annotations that are no texts by key`,
    ],
    [
      "one Secret twice",
      [accountSample, tlsSecret, tlsSecret],
      "must hold each Secret once, and number 3 is number 2 again",
    ],
  ];
  for (const [what, value, message] of refused)
    it(`is refused with ${what}, and nothing of it is shown`, () => {
      const text = value === undefined ? "c2VjcmV0" : JSON.stringify(value);
      assert.throws(() => parseSavedSecrets(text), { message });
    });
});
