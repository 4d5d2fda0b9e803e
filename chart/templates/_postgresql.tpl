{{/* Files of /etc/postgresql. */}}
{{- define "lstm-pfd.postgresqlConfiguration" -}}
postgresql.conf: |
  listen_addresses = '*'
  port = 5432
  max_connections = {{ .Values.postgresql.memory.maxConnections }}
  unix_socket_directories = '/var/lib/postgresql/run'
  unix_socket_permissions = 0700
  hba_file = '/etc/postgresql/pg_hba.conf'
  ident_file = '/etc/postgresql/pg_ident.conf'
  password_encryption = scram-sha-256

  shared_buffers = {{ .Values.postgresql.memory.sharedBuffers }}
  effective_cache_size = {{ .Values.postgresql.memory.effectiveCacheSize }}
  work_mem = {{ .Values.postgresql.memory.workMem }}
  maintenance_work_mem = {{ .Values.postgresql.memory.maintenanceWorkMem }}
  # The image carries no LLVM.
  jit = off

  # Continuous archiving. The heartbeat keeps archive_timeout honest: it fires only when something was written.
  wal_level = replica
  archive_mode = on
  archive_command = '/opt/recovery/bin/pgbackrest-push %p'
  archive_timeout = {{ .Values.postgresql.archiveTimeoutSeconds }}s
  wal_compression = on
  max_wal_size = 2GB

  log_checkpoints = on
  log_line_prefix = '%m [%p] %q%u@%d '
  log_timezone = UTC
  timezone = UTC
pg_hba.conf: |
  # The socket's directory is open to the server's own user alone: whoever reaches it is that user already.
  local all postgres trust
  host all postgres all reject
  host {{ .Values.postgresql.database }} {{ .Values.postgresql.user }} all scram-sha-256
pg_ident.conf: ""
{{- end }}
