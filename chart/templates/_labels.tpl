{{/* Metadata of an object that bears its component's name: list of the root context and that name. */}}
{{- define "lstm-pfd.metadata" -}}
name: lstm-pfd-{{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "lstm-pfd.labels" . | nindent 2 }}
{{- end }}

{{/* Labels of an object: list of the root context and the component's name. */}}
{{- define "lstm-pfd.labels" -}}
{{- $root := index . 0 -}}
{{ include "lstm-pfd.podLabels" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}

{{/* Labels of a pod. No version: a new chart must not restart the database for a label. */}}
{{- define "lstm-pfd.podLabels" -}}
{{- $root := index . 0 -}}
{{ include "lstm-pfd.selector" . }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end }}

{{/* What selectors match. Kubernetes never lets a selector change: neither may these. */}}
{{- define "lstm-pfd.selector" -}}
app: lstm-pfd
app.kubernetes.io/name: lstm-pfd
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}
