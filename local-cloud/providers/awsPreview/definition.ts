import type { CallContext, ProviderDefinition, Properties, ResourceHandler } from "../framework/provider";
import { answerOf, type Caller } from "./answers";
import { previewOutputs, type Binding } from "./previewOutputs";

/** Said once by each process of the plugin. */
export const notice =
  "this is a stand-in for the aws plugin, for previews without an account: it asks AWS nothing, and knows only what the program gives it";

const refusal =
  "the aws plugin in use is a stand-in that can preview only, and nothing was touched: install the upstream plugin, then run this again";

/**
 * Every type of AWS, as far as a preview goes without an account: inputs are taken as they are, most outputs are not known,
 * and lookups find what a new account would have, with the roles that are asked for. It creates, reads and changes nothing.
 */
export function awsPreview(caller: Caller): ProviderDefinition<Binding> {
  let noticed = false;
  const handler = (type: string, binding: Binding): ResourceHandler => ({
    create(inputs: Properties, context: CallContext) {
      if (!context.preview) return Promise.reject(new Error(refusal));
      if (!noticed) context.log("warning", notice);
      noticed = true;
      return Promise.resolve({
        id: "",
        outputs: { ...inputs, ...previewOutputs(type, context.urn, inputs, binding) },
      });
    },
    read: () => Promise.reject(new Error(refusal)),
    update: () => Promise.reject(new Error(refusal)),
    delete: () => Promise.reject(new Error(refusal)),
  });
  return {
    name: "aws",
    version: "7.48.0",
    configure: bindingOf,
    handler: (type, binding) => (type.startsWith("aws:") ? handler(type, binding) : undefined),
    invoke: (token, inputs, { account }) => Promise.resolve(answerOf(token, inputs, account, caller)),
  };
}

function bindingOf({ allowedAccountIds, region }: Properties): Binding {
  const [account] = Array.isArray(allowedAccountIds) ? allowedAccountIds : [];
  return {
    account: typeof account === "string" ? account : "",
    region: typeof region === "string" ? region : "",
  };
}
