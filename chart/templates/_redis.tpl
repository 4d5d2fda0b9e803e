{{/* redis.conf. Nothing is kept on disk: queues are rebuilt, not restored. */}}
{{- define "lstm-pfd.redisConfiguration" -}}
bind * -::*
protected-mode no
dir /tmp
save ""
appendonly no
maxmemory {{ .Values.redis.maxMemory }}
maxmemory-policy noeviction
{{- end }}
