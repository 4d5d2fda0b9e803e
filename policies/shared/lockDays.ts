const daysOfYear = 365;

/** Days of a default retention of Object Lock, which is given in days or in years; zero when it is in neither. */
export function lockDays(retention: { days?: number | undefined; years?: number | undefined }): number {
  return retention.days ?? (retention.years ?? 0) * daysOfYear;
}
