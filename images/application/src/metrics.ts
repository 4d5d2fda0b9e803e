type Labels = Record<string, string>;

/** Seconds: from a cached answer to a probe that is about to give up. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A number that only grows, for each set of labels. */
export class Counter {
  private readonly values = new Map<string, number>();

  constructor(
    private readonly name: string,
    private readonly help: string,
  ) {}

  add(labels: Labels = {}): void {
    const key = written(labels);
    this.values.set(key, (this.values.get(key) ?? 0) + 1);
  }

  text(): string {
    const lines = Array.from(this.values, ([labels, value]) => `${this.name}${labels} ${value}`);
    return lines.length === 0 ? "" : [...heading(this.name, this.help, "counter"), ...lines, ""].join("\n");
  }
}

/** How often something took how many seconds. */
export class Histogram {
  private readonly counts = new Array<number>(BUCKETS.length).fill(0);
  private count = 0;
  private sum = 0;

  constructor(
    private readonly name: string,
    private readonly help: string,
  ) {}

  observe(seconds: number): void {
    this.count += 1;
    this.sum += seconds;
    BUCKETS.forEach((limit, index) => {
      if (seconds <= limit) this.counts[index] = (this.counts[index] ?? 0) + 1;
    });
  }

  text(): string {
    const buckets = BUCKETS.map(
      (limit, index) => `${this.name}_bucket${written({ le: String(limit) })} ${this.counts[index] ?? 0}`,
    );
    return [
      ...heading(this.name, this.help, "histogram"),
      ...buckets,
      `${this.name}_bucket${written({ le: "+Inf" })} ${this.count}`,
      `${this.name}_sum ${this.sum}`,
      `${this.name}_count ${this.count}`,
      "",
    ].join("\n");
  }
}

/** One value as it is now, in Prometheus' text format. */
export function gauge(name: string, help: string, value: number): string {
  return [...heading(name, help, "gauge"), `${name} ${value}`, ""].join("\n");
}

function heading(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
