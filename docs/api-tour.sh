#!/bin/sh
# Every call that the API's documentation shows, against a running service:
#   npx orchestrator run --serve &
#   sh docs/api-tour.sh http://127.0.0.1:8080
# What is not built yet answers 501 with its name. Before each answer stands its status.
set -eu
base=${1:-http://127.0.0.1:8080}
call() {
  printf '\n$ curl %s\n' "$*"
  curl -sS -m 20 -w '\n=> %{http_code}\n' "$@"
}
json='Content-Type: application/json'

# A prompt over REST
call -X POST "$base/v1/prompt" -H "$json" -d '{"input": "What is backpressure?"}'

# The answer as server-sent events; without a prompt, the live text of a session
call -N "$base/v1/stream/sse?input=What+is+backpressure"
call -N -m 1 "$base/v1/stream/sse" -H "X-Session-Id: my-session" || true

# Accept now, fetch later; many at once
call -X POST "$base/api/v1/infer" -H "$json" -d '{"prompt":"Summarise this document","session_id":"s1","metadata":{},"deadline_secs":60}'
call "$base/api/v1/results?session_id=s1"
call -X POST "$base/api/v1/batch?wait=true" -H "$json" -d '{"prompts":["one","two"]}'

# Health
call "$base/v1/health"
call "$base/live"
call "$base/ready"

# Dead letters: look, send again
call "$base/v1/dlq"
call "$base/api/v1/debug/dlq?format=ndjson"
call -X POST "$base/v1/dlq/replay/req-42"

# Circuit breakers
call -X POST "$base/v1/circuit-breaker/reset"
call "$base/v1/circuit-breakers"

# The one picture that everything shows, the configuration, the API itself
call "$base/v1/snapshot"
call "$base/v1/config"
call "$base/openapi.json"
call "$base/metrics"

# Plugins, cache, limits, balance
call "$base/api/v1/plugins"
call "$base/api/v1/cache/stats"
call -X DELETE "$base/api/v1/cache"
call "$base/api/v1/rate-limiter/stats"
call "$base/api/v1/load-balancer/stats"

# Sessions
call -X POST "$base/api/v1/sessions" -H "$json" -d '{}'
call "$base/api/v1/sessions/1"
call -X POST "$base/api/v1/sessions/1/messages" -H "$json" -d '{"role":"user","content":"hello"}'
call -X DELETE "$base/api/v1/sessions/1"

# Templates
call -X POST "$base/api/v1/templates" -H "$json" -d '{"name":"summarise","template":"Summarise: {{text}}"}'
call "$base/api/v1/templates"
call -X POST "$base/api/v1/templates/summarise/render" -H "$json" -d '{"variables":{"text":"this"}}'

# A/B tests
call -X POST "$base/api/v1/ab-tests" -H "$json" -d '{
  "name": "greeting-style",
  "variant_a_body": "Hello! How can I help you today?",
  "variant_b_body": "Hi! What do you need?",
  "traffic_split": 0.5,
  "success_metric": "output_length",
  "min_samples": 100
}'
call "$base/api/v1/ab-tests/greeting-style/results"
call -X DELETE "$base/api/v1/ab-tests/greeting-style"

# Schedules
call -X POST "$base/api/v1/schedule" -H "$json" -d '{"name":"hourly-ping","schedule":"0 *","prompt_template":"Ping — respond OK."}'
call "$base/api/v1/schedule"
call -X PATCH "$base/api/v1/schedule/550e8400-e29b-41d4-a716-446655440000/disable"
call -X PATCH "$base/api/v1/schedule/550e8400-e29b-41d4-a716-446655440000/enable"
call -X DELETE "$base/api/v1/schedule/550e8400-e29b-41d4-a716-446655440000"

# Audit
call "$base/api/v1/audit"
call "$base/api/v1/audit/stats"
call "$base/api/v1/audit/export"
