import type { Rule } from "./rule";

const label = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";
/** Without a dot or a port it would be taken for the beginning of a path at Docker Hub. */
const registry = `(localhost|${label}(\\.${label})+|${label}(\\.${label})*(?=:))(:\\d+)?`;
const component = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const reference = new RegExp(
  `^(${registry}/)?${component}(/${component})*(:\\w[\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
);

/** Reference to an image, by the grammar of github.com/distribution/reference; of the digests SHA-256 alone. */
export const imageRule: Rule = {
  says: "must be an image reference with a repository in lower-case letters, as in registry.example.com/lstm-pfd@sha256:…",
  example: "registry.example.com/lstm-pfd:1",
  holds: (text) => reference.test(text) && (text.split(/[:@]/)[0] ?? "").length <= 255,
};
