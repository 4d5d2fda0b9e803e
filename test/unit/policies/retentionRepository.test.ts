import { pgBackRestConfiguration } from "../../../plan/repository";
import { retentionRepository } from "../../../policies/rules/retentionRepository";
import { kubernetesTypes } from "../../../policies/shared/resourceTypes";
import { describeResourceRule } from "./describeRule";
import { unknown } from "./examine";

const file = "pgbackrest.conf";
const place = { bucket: "b", host: "s3", port: 443, region: "r", pathStyle: false, generation: 1 };
const text = pgBackRestConfiguration({ ...place, retentionDays: 7 });
const good = { type: kubernetesTypes.configMap, name: "repository", props: { data: { [file]: text } } };
const replaced = (from: string, to: string) => () => ({ data: { [file]: text.replace(from, to) } });
const title = `ConfigMap "repository": ${file}:`;

describeResourceRule(retentionRepository, good, [
  {
    title: "refuses a day less",
    change: replaced("repo1-retention-full=7", "repo1-retention-full=6"),
    violations: [
      `${title} repo1-retention-full is "6", must be at least 7, the days that base backups and WAL are kept`,
    ],
  },
  {
    title: "refuses no retention",
    change: replaced("repo1-retention-full=7\n", ""),
    violations: [
      `${title} repo1-retention-full is not set, must be at least 7, the days that base backups and WAL are kept`,
    ],
  },
  {
    title: "refuses a number of backups for days",
    change: replaced("repo1-retention-full-type=time", "repo1-retention-full-type=count"),
    violations: [`${title} repo1-retention-full-type is "count", must be "time"`],
  },
  {
    title: "refuses a place that lifecycle rules do not spare",
    change: replaced("/wal/", "/db/"),
    violations: [`${title} repo1-path is "/db/no-generation", must begin with "/wal/"`],
  },
  {
    title: "refuses less for one stanza alone",
    change: () => ({ data: { [file]: `${text}\n[other]\nrepo1-retention-full=2\n` } }),
    violations: [
      `${title} repo1-retention-full is "2", must be at least 7, the days that base backups and WAL are kept`,
    ],
  },
  {
    title: "reads blanks and the line ends of Windows as pgBackRest does",
    change: () => ({ data: { [file]: text.replaceAll("=", " = ").replaceAll("\n", "\r\n") } }),
  },
  { title: "takes more days", change: replaced("retention-full=7", "retention-full=14") },
  {
    title: "asks for the days that are configured",
    config: { days: 14 },
    violations: [
      `${title} repo1-retention-full is "7", must be at least 14, the days that base backups and WAL are kept`,
    ],
  },
  { title: "leaves other ConfigMaps alone", change: () => ({ data: { "other.conf": "" } }) },
  { title: "says that it is unknown", change: () => ({ data: unknown }), unknown: "data" },
]);
