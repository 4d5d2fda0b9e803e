/** Label that says which class of backup a CronJob or Job belongs to: `database`, `wal`, `models` or `config`. */
export const classLabel = "recovery.lstm-pfd/class";

/** Label that says what a CronJob or Job does for its class: `backup`, `restore`, `expire` or `verify`. */
export const roleLabel = "recovery.lstm-pfd/role";

/** Label that names the bucket that a CronJob or Job works on. */
export const bucketLabel = "recovery.lstm-pfd/bucket";
