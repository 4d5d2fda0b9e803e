import { isReading, type Reading } from "../../../../automation/doctor/reading";
import { healthy } from "../../plan/doctor/samples";

/** A cluster that is well, as kubectl shows it. It refuses every call that does more than look, whoever asks. */
export class FakeCluster implements Reading {
  /** What was asked, word for word. */
  readonly asked: string[][] = [];
  /** Answers by the first words of a question, in place of those of a healthy cluster; what one throws is kubectl's error. */
  readonly answers = new Map<string, () => string>();

  async call(args: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<string> {
    this.asked.push([...args]);
    if (!isReading(args) || options.input !== undefined)
      throw new Error(`a write: kubectl ${args.join(" ")}`);
    const words = args.join(" ");
    for (const [start, answer] of this.answers) if (words.startsWith(start)) return Promise.resolve(answer());
    return Promise.resolve(this.healthyAnswer(args));
  }

  private healthyAnswer([verb = "", kind = "", ...rest]: readonly string[]): string {
    const namespace = rest.find((word) => word.startsWith("--namespace="))?.slice("--namespace=".length);
    const list = (items: readonly { metadata: { namespace?: string } }[]): string =>
      JSON.stringify({
        items: items.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
      });
    if (verb === "exec")
      return kind.startsWith("statefulset") && rest.includes("df")
        ? "Size Used\n1000 400\n"
        : JSON.stringify(healthy.database);
    if (verb === "logs") return "the last line\n";
    if (verb === "version") return '{"clientVersion":{"gitVersion":"v1.34.0"}}';
    if (kind.startsWith("--raw=")) return rawAnswer(kind);
    switch (kind) {
      case "pods":
        return list(healthy.pods);
      case "nodes":
        return list(healthy.nodes);
      case "persistentvolumeclaims":
        return list(healthy.claims);
      case "deployments,statefulsets":
        return list(healthy.workloads);
      case "cronjobs":
        return list(healthy.cronJobs);
      case "jobs":
        return list(healthy.jobs);
      case "configmap":
        return "";
      case "secrets":
        return namespace === "lstm-pfd"
          ? "sh.helm.release.v1.lstm-pfd.v1   helm.sh/release.v1   1   5d   lstm-pfd   superseded   1\nsh.helm.release.v1.lstm-pfd.v2   helm.sh/release.v1   1   4d   lstm-pfd   deployed   2\n"
          : "";
      case "validatingwebhookconfigurations,mutatingwebhookconfigurations":
        return list(healthy.webhooks.configurations);
      case "endpointslices":
        return list(healthy.webhooks.endpoints);
      case "customresourcedefinitions":
        return rest.includes("--output=name")
          ? "customresourcedefinition.apiextensions.k8s.io/certificates.cert-manager.io\n"
          : "certificates.cert-manager.io   True   InitialNamesAccepted\n";
      case "apiservices":
        return "v1.apps   True   Local\n";
      case "certificates.cert-manager.io":
        return list(healthy.certificates);
      case "ingresses":
        return list(healthy.ingresses);
      case "services":
        return list(healthy.ingressServices);
      default:
        return list([]);
    }
  }
}

function rawAnswer(word: string): string {
  if (word.endsWith("/stats/summary"))
    return JSON.stringify({
      pods: [
        {
          volume: [
            { name: "tmp", usedBytes: 1, capacityBytes: 2 },
            {
              pvcRef: { name: "lstm-pfd-postgresql", namespace: "lstm-pfd" },
              usedBytes: 400,
              capacityBytes: 1000,
              inodes: 100,
              inodesFree: 90,
            },
            { pvcRef: { name: "other", namespace: "another" }, usedBytes: 999, capacityBytes: 1000 },
          ],
        },
      ],
    });
  if (word.endsWith("/metrics")) return "# HELP x\nlstm_pfd_model_loaded 1\n";
  return "ok";
}
