import { type DefaultLock, defaultLock } from "../plan/aws/objectLock";
import { accountOfRole } from "../plan/aws/arns";
import type { VaultMode } from "../plan/aws/vault";
import type { BackupClass } from "../plan/backupClasses";
import type { Values } from "./schema";

/** Where a stack is at AWS. */
export interface AwsConfig {
  /** 12 digits. */
  account: string;
  region: string;
  /** Beginning of the names of the vault's roles. */
  roleNamePrefix: string;
  vault: {
    mode: VaultMode;
    region: string;
    /** Whether what differs in a vault that is taken over is changed. */
    adoptChanges: boolean;
    /** Empty for a vault that is made anew. */
    keyId: string;
    replica: {
      region: string;
      bucket: string;
      keyId: string;
      /** Account of the copy. */
      account: string;
      /** Role that makes the copy in an account of its own; empty where it is in the vault's. */
      roleArn: string;
    };
    lock: DefaultLock;
    replicationTimeControl: boolean;
    breakGlassRoleArn: string;
  };
  /** Empty: the DNS is changed by hand. */
  dnsZoneId: string;
  network: {
    cidr: string;
    zones: string[];
    natGateways: "one" | "perZone";
    interfaceEndpoints: string[];
  };
  cluster: {
    clusterName: string;
    administrators: string[];
    kubernetesVersion: string;
    /** Empty: only from the network itself. */
    publicAccessCidrs: string[];
    logRetentionDays: number;
    /** As in "sun 06:00 4h", or "none". */
    databaseWindow: string;
  };
}

/** @param classes the table of the backup classes, for the lock */
export function awsConfig(values: Values, classes: readonly BackupClass[]): AwsConfig {
  const { objectLockDays: days, publicAccessCidrs } = values;
  return {
    account: values.awsAccount,
    region: values.awsRegion,
    roleNamePrefix: values.roleNamePrefix,
    vault: {
      mode: values.vaultMode,
      adoptChanges: values.adoptChanges,
      region: values.vaultRegion,
      keyId: values.vaultKeyId,
      replica: {
        region: values.replicaRegion,
        bucket: values.replicaBucket,
        keyId: values.replicaKeyId,
        account: accountOfRole(values.replicaRoleArn) ?? values.awsAccount,
        roleArn: values.replicaRoleArn,
      },
      lock: { mode: values.objectLockMode, days: days === 0 ? defaultLock(classes).days : days },
      replicationTimeControl: values.replicationTimeControl,
      breakGlassRoleArn: values.breakGlassRoleArn,
    },
    dnsZoneId: values.dnsZoneId,
    network: {
      cidr: values.networkCidr,
      zones: [...values.zones],
      natGateways: values.natGateways,
      interfaceEndpoints: [...values.interfaceEndpoints],
    },
    cluster: {
      clusterName: values.clusterName,
      administrators: [...values.clusterAdministrators],
      kubernetesVersion: values.kubernetesVersion,
      publicAccessCidrs: publicAccessCidrs[0] === "none" ? [] : [...publicAccessCidrs],
      logRetentionDays: values.logRetentionDays,
      databaseWindow: values.databaseWindow,
    },
  };
}
