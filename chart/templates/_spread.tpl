{{/* Spreads the pods of a component over the zones: list of the root context and the component. */}}
{{- define "lstm-pfd.zoneSpread" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.highAvailability.enabled -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: topology.kubernetes.io/zone
    # A recovery must not wait for a zone that is gone.
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "lstm-pfd.selector" . | nindent 8 }}
{{- end }}
{{- end }}
