/** Account of the tests. */
export const account = "123456789012";
/** Role that may do what nobody else may. */
export const breakGlassRoleArn = `arn:aws:iam::${account}:role/break-glass`;
/** Role that runs the tests' programs. */
export const operatorRoleArn = `arn:aws:iam::${account}:role/operator`;
/** Key of the vault. */
export const keyArn = `arn:aws:kms:eu-central-1:${account}:key/1`;
/** Key of the replica. */
export const replicaKeyArn = `arn:aws:kms:eu-west-1:${account}:key/2`;
