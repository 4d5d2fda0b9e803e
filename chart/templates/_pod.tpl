{{/* Metadata of every pod: list of the root context, the component and, by name, the texts whose change restarts it. */}}
{{- define "lstm-pfd.podMetadata" -}}
labels:
  {{- include "lstm-pfd.podLabels" . | nindent 2 }}
annotations:
  {{- range $name, $text := index . 2 }}
  checksum/{{ $name }}: {{ $text | sha256sum }}
  {{- end }}
{{- end }}

{{/* Start of every pod: list of the root context, the component and its user id. */}}
{{- define "lstm-pfd.pod" -}}
serviceAccountName: lstm-pfd-{{ index . 1 }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ index . 2 }}
  runAsGroup: {{ index . 2 }}
  fsGroup: {{ index . 2 }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* What no container of this chart may do. */}}
{{- define "lstm-pfd.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "lstm-pfd.secretName" -}}
{{ .Values.existingSecret | default "lstm-pfd-secrets" }}
{{- end }}

{{/* One environment variable from the application's secret: list of the root context and the key. */}}
{{- define "lstm-pfd.secretVariable" -}}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef: { name: {{ include "lstm-pfd.secretName" (index . 0) }}, key: {{ index . 1 }} }
{{- end }}

{{/* A pod restarts when a secret of this chart changes, or the digest of another's, which is not seen from here. */}}
{{- define "lstm-pfd.secretText" -}}
{{ toJson (list .Values.existingSecret .Values.secrets .Values.secretDigests.application) }}
{{- end }}

{{/* The database restarts for the keys that it archives with, and for the password that it gives to the application's role. */}}
{{- define "lstm-pfd.databaseSecretText" -}}
{{ toJson (list .Values.existingSecret .Values.secrets.dbPassword .Values.secretDigests.databasePassword .Values.secretDigests.repository) }}
{{- end }}

{{/* Variables of the dashboard and the worker that somebody else keeps. Those of this chart win over them. */}}
{{- define "lstm-pfd.environmentFrom" -}}
{{- with .Values.environmentFrom.configMap }}
- configMapRef: { name: {{ . }} }
{{- end }}
{{- with .Values.environmentFrom.secret }}
- secretRef: { name: {{ . }} }
{{- end }}
{{- end }}

{{/* Environment of the dashboard and the worker. Redis' password comes before the URL that holds it. */}}
{{- define "lstm-pfd.applicationEnvironment" -}}
{{- range list "DATABASE_URL" "JWT_SECRET" "SECRET_KEY" "REDIS_PASSWORD" }}
{{ include "lstm-pfd.secretVariable" (list $ .) }}
{{- end }}
- { name: REDIS_HOST, value: lstm-pfd-redis }
- { name: REDIS_PORT, value: "6379" }
- { name: CELERY_BROKER_URL, value: "redis://:$(REDIS_PASSWORD)@lstm-pfd-redis:6379/0" }
- { name: CELERY_RESULT_BACKEND, value: "redis://:$(REDIS_PASSWORD)@lstm-pfd-redis:6379/1" }
- { name: CHECKPOINT_DIR, value: {{ .Values.checkpoints.mountPath | quote }} }
- { name: MODEL_PATH, value: "{{ .Values.checkpoints.mountPath }}/{{ .Values.checkpoints.modelFile }}" }
{{- end }}
