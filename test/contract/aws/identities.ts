import { REGION } from "../motoServer";

/** An access key of a user of IAM. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/**
 * Makes a user of IAM with inline policies and an access key at a moto server that does not ask who asks.
 * @param policies by name, as JSON
 * @throws Error with the answer when moto refuses
 */
export async function makeUser(
  endpoint: string,
  user: string,
  policies: Readonly<Record<string, string>>,
): Promise<AccessKey> {
  await iam(endpoint, { Action: "CreateUser", UserName: user });
  for (const [name, document] of Object.entries(policies))
    await iam(endpoint, {
      Action: "PutUserPolicy",
      UserName: user,
      PolicyName: name,
      PolicyDocument: document,
    });
  const answer = await iam(endpoint, { Action: "CreateAccessKey", UserName: user });
  const told = (field: string): string => new RegExp(`<${field}>([^<]+)</${field}>`).exec(answer)?.[1] ?? "";
  return { accessKeyId: told("AccessKeyId"), secretAccessKey: told("SecretAccessKey") };
}

/** From now on a moto server lets each user do what its policies allow, and nothing else. */
export async function enforcePolicies(endpoint: string): Promise<void> {
  const answer = await fetch(`${endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });
  if (!answer.ok) throw new Error(`moto does not enforce policies: ${answer.status} ${await answer.text()}`);
}

/** The query API of IAM; whose name stands in the scope of a signature that nobody looks at yet. */
async function iam(endpoint: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const scope = `nobody/20260101/${REGION}/iam/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ ...parameters, Version: "2010-05-08" }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`moto's IAM refused ${parameters["Action"] ?? ""}: ${text}`);
  return text;
}
