import assert from "node:assert/strict";
import { type Dumped, resourceDiff } from "../../support/resourceDiff";

const key = (changes: Partial<Dumped> = {}): Dumped => ({
  type: "aws:kms/key:Key",
  name: "vault",
  inputs: { policy: '{"Statement":[{"Action":"kms:*"}]}', tags: ["a", "b"], days: 30 },
  ...changes,
});

describe("the difference between two dumps", () => {
  for (const [what, before, after, lines] of [
    ["of the same is nothing", [key()], [key()], []],
    ["names what is new", [], [key()], ["+ aws:kms/key:Key::vault"]],
    ["names what is gone", [key()], [], ["- aws:kms/key:Key::vault"]],
    [
      "takes another name for another resource",
      [key()],
      [key({ name: "replica" })],
      ["+ aws:kms/key:Key::replica", "- aws:kms/key:Key::vault"],
    ],
    [
      "names each property with both values, into the JSON of a policy too",
      [key()],
      [
        key({
          inputs: { policy: '{"Statement":[{"Action":"kms:Decrypt"}]}', tags: ["a"], days: 30, alias: "x" },
        }),
      ],
      [
        "~ aws:kms/key:Key::vault",
        '    inputs.alias: nothing → "x"',
        '    inputs.policy.Statement[0].Action: "kms:*" → "kms:Decrypt"',
        '    inputs.tags[1]: "b" → nothing',
      ],
    ],
    [
      "is blind to the order of keys in JSON",
      [key({ inputs: { policy: '{"a":1,"b":2}' } })],
      [key({ inputs: { policy: '{"b":2,"a":1}' } })],
      [],
    ],
    [
      "names a protection that is gone",
      [key({ options: { protect: true } })],
      [key()],
      ["~ aws:kms/key:Key::vault", '    options: {"protect":true} → nothing'],
    ],
  ] as const)
    it(what, () => {
      assert.deepEqual(resourceDiff(before, after), lines);
    });
});
