{{- define "gateway.name" -}}
{{- printf "%s-canary-gateway" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "gateway.selector" -}}
app.kubernetes.io/name: canary-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gateway.labels" -}}
{{ include "gateway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- /* The document: the values' config, with the listeners and the directory of flags that the pod has. */ -}}
{{- define "gateway.document" -}}
{{- $listeners := dict
  "router-server" (dict "host" "0.0.0.0" "port" 1345 "drain-timeout" (printf "%ds" (int .Values.drainSeconds)))
  "instrumentation" (dict "host" "0.0.0.0" "port" 8888)
  "flags" (dict "directory" "/etc/gateway/flagz") -}}
{{- mergeOverwrite (deepCopy .Values.config) $listeners | toPrettyJson -}}
{{- end -}}
