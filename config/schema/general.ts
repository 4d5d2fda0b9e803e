import { namespaceRule } from "../../plan/clusterNames";
import { choice, flag, text } from "../key";

/** What a stack is. */
export const generalKeys = {
  layer: choice(["vault", "platform"], {
    default: "platform",
    description: "What this stack is: the vault, which lives for ever, or the platform, which is rebuilt.",
  }),
  namespace: text({
    default: "lstm-pfd",
    rule: namespaceRule,
    description: "Kubernetes namespace of the application.",
  }),
  protectData: flag({
    default: true,
    description: "Protect the vault and the volumes against pulumi destroy.",
  }),
};
