import type { Policies } from "@pulumi/policy";
import { addOnRange } from "./addOnRange";
import { backupBuckets } from "./backupBuckets";
import { backupWithinObjective } from "./backupWithinObjective";
import { classCoverage } from "./classCoverage";
import { cronJobDeadline } from "./cronJobDeadline";
import { cronJobHistory } from "./cronJobHistory";
import { cronJobInterval } from "./cronJobInterval";
import { cronJobOverlap } from "./cronJobOverlap";
import { cronJobSuspended } from "./cronJobSuspended";
import { imagePinned } from "./imagePinned";
import { imagePinnedInRelease } from "./imagePinnedInRelease";
import { kmsKey } from "./kmsKey";
import { kubernetesVersion } from "./kubernetesVersion";
import { plainTextConfigMap } from "./plainTextConfigMap";
import { plainTextSecret } from "./plainTextSecret";
import { podCapabilities } from "./podCapabilities";
import { podEscalation } from "./podEscalation";
import { podHostAccess } from "./podHostAccess";
import { podNonRoot } from "./podNonRoot";
import { podReadOnlyRoot } from "./podReadOnlyRoot";
import { podResources } from "./podResources";
import { podSeccomp } from "./podSeccomp";
import { retentionKnownPrefix } from "./retentionKnownPrefix";
import { retentionLiveRepository } from "./retentionLiveRepository";
import { retentionLock } from "./retentionLock";
import { retentionNoArchive } from "./retentionNoArchive";
import { retentionPerClass } from "./retentionPerClass";
import { retentionRepository } from "./retentionRepository";
import { retentionSecondChance } from "./retentionSecondChance";
import { retentionSuperseded } from "./retentionSuperseded";
import { retentionWalWindow } from "./retentionWalWindow";
import { s3AbortUploads } from "./s3AbortUploads";
import { s3DeleteMarkers } from "./s3DeleteMarkers";
import { s3DenyDestruction } from "./s3DenyDestruction";
import { s3Encryption } from "./s3Encryption";
import { s3ObjectLock } from "./s3ObjectLock";
import { s3PublicAccess } from "./s3PublicAccess";
import { s3Replicated } from "./s3Replicated";
import { s3Replication } from "./s3Replication";
import { s3Safeguards } from "./s3Safeguards";
import { s3TlsOnly } from "./s3TlsOnly";
import { s3Versioning } from "./s3Versioning";
import { statefulProtected } from "./statefulProtected";
import { typeNotJudged } from "./typeNotJudged";
import { walArchiveTimeout } from "./walArchiveTimeout";

/** Every rule of the pack. The first one tells those after it which buckets hold backups. */
export const rules: Policies = [
  backupBuckets,
  addOnRange,
  backupWithinObjective,
  classCoverage,
  cronJobDeadline,
  cronJobHistory,
  cronJobInterval,
  cronJobOverlap,
  cronJobSuspended,
  imagePinned,
  imagePinnedInRelease,
  kmsKey,
  kubernetesVersion,
  plainTextConfigMap,
  plainTextSecret,
  podCapabilities,
  podEscalation,
  podHostAccess,
  podNonRoot,
  podReadOnlyRoot,
  podResources,
  podSeccomp,
  retentionKnownPrefix,
  retentionLiveRepository,
  retentionLock,
  retentionNoArchive,
  retentionPerClass,
  retentionRepository,
  retentionSecondChance,
  retentionSuperseded,
  retentionWalWindow,
  s3AbortUploads,
  s3DeleteMarkers,
  s3DenyDestruction,
  s3Encryption,
  s3ObjectLock,
  s3PublicAccess,
  s3Replicated,
  s3Replication,
  s3Safeguards,
  s3TlsOnly,
  s3Versioning,
  statefulProtected,
  typeNotJudged,
  walArchiveTimeout,
];
