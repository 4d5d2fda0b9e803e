-- Rows as a year of work leaves them. Random, but the same every time: only the row with the drill's nonce differs.
-- Expects the setting drill.nonce_row.

select setseed(0.42);

insert into public.users
  (id, username, email, password_hash, role, is_active, totp_secret, totp_enabled, created_at, updated_at)
select n, 'engineer' || n, 'engineer' || n || '@plant.example',
  '$2b$12$' || translate(substr(md5('a' || n) || md5('b' || n), 1, 53), 'abc', 'XyZ'),
  (array['admin', 'engineer', 'engineer', 'engineer', 'viewer'])[1 + n % 5], n % 17 <> 0,
  case when n % 3 = 0 then upper(substr(md5('totp' || n), 1, 32)) end, n % 3 = 0,
  timestamp '2025-06-01' + n * interval '4 hours', timestamp '2026-01-01' + n * interval '1 hour'
from generate_series(1, 400) as n;

insert into public.datasets
  (id, name, description, num_signals, fault_types, severity_levels, file_path, meta_data, created_by, created_at, updated_at)
select n, 'bearing-rig-' || (1 + n % 9) || '-campaign-' || n,
  'Vibration of the drive end, ' || (600 + 25 * (n % 60)) || ' rpm, load step ' || n % 7,
  1000 + 37 * n,
  '["normal","misalignment","imbalance","looseness","lubrication","cavitation","wear","oil_whirl"]',
  '["incipient","mild","moderate","severe"]', '/data/datasets/' || n || '/signals.h5',
  json_build_object('samplingRate', 20480, 'samples', 102400, 'sensor', 'PCB-352C3' || n % 10, 'checksum', md5(n::text)),
  1 + n % 400, timestamp '2025-07-01' + n * interval '1 day', timestamp '2025-07-01' + n * interval '1 day'
from generate_series(1, 120) as n;

insert into public.dataset_generations
  (name, config, status, num_signals, num_faults, output_path, progress, celery_task_id, duration_seconds, created_at, updated_at)
select 'generation-' || n, json_build_object('faults', 11, 'perFault', 130, 'noise', n % 5 / 10.0, 'seed', n), 'COMPLETED',
  1430, 11, '/data/generated/' || n || '.h5', 100, md5('task' || n)::uuid::text, 40 + n % 90, moment, moment
from (select n, timestamp '2025-07-01' + n * interval '30 hours' as moment from generate_series(1, 200) as n) as run;

insert into public.dataset_imports
  (name, config, status, num_files, num_signals, output_path, progress, celery_task_id, duration_seconds, created_at, updated_at)
select 'import-' || n, json_build_object('format', 'mat', 'channels', '[1,2]'::json),
  (case when n % 13 = 0 then 'FAILED' else 'COMPLETED' end)::public.datasetimportstatus,
  20, 400, '/data/imports/' || n, case when n % 13 = 0 then 40 else 100 end, md5('import' || n)::uuid::text, 12.5, moment, moment
from (select n, timestamp '2025-07-02' + n * interval '40 hours' as moment from generate_series(1, 150) as n) as run;

insert into public.signals
  (dataset_id, signal_id, fault_class, severity, file_path, rms, kurtosis, dominant_frequency, created_at, updated_at)
select 1 + n % 120, 'SIG-' || lpad(n::text, 7, '0'),
  (array['normal','misalignment','imbalance','looseness','lubrication','cavitation','wear','oil_whirl'])[1 + n % 8],
  (array['incipient','mild','moderate','severe'])[1 + n % 4], '/data/datasets/' || 1 + n % 120 || '/' || n || '.npy',
  random() * 4, 3 + random() * 9, floor(random() * 10240), moment, moment
from (select n, timestamp '2025-07-01' + n * interval '7 minutes' as moment from generate_series(1, 60000) as n) as recorded;

insert into public.hpo_campaigns
  (id, name, method, status, base_model_type, dataset_id, search_space, budget, trials_completed, trials_total, best_accuracy,
   created_by, created_at, updated_at)
select n, 'search-' || n, (array['GRID_SEARCH', 'RANDOM_SEARCH', 'BAYESIAN', 'HYPERBAND'])[1 + n % 4]::public.hpomethod, 'COMPLETED',
  'cnn_lstm', 1 + n % 120, '{"learning_rate":{"type":"log_uniform","low":0.00001,"high":0.01},"dropout":{"type":"uniform","low":0,"high":0.6}}',
  '{"maxTrials":50,"maxHours":12}', 50, 50, 0.9 + random() / 12, 1 + n % 400, moment, moment
from (select n, timestamp '2025-08-01' + n * interval '1 day' as moment from generate_series(1, 300) as n) as campaign;

-- The bulk: about 1 kB a row.
with draw as (
  select n, random() as quality, random() as rate, random() as drop, random() as other, md5('commit' || n) as hash,
    (array['cnn', 'lstm', 'cnn_lstm', 'resnet1d', 'transformer', 'pinn', 'wavelet_cnn'])[1 + floor(random() * 7)::int] as model,
    (array['adam', 'adamw', 'sgd', 'lamb'])[1 + floor(random() * 4)::int] as optimiser,
    (array['cosine', 'plateau', 'one_cycle', 'step'])[1 + floor(random() * 4)::int] as schedule,
    20 + floor(random() * 130)::int as epochs, 16 << floor(random() * 4)::int as batch,
    (array['Converged early and stayed there.', 'Loss plateaus after epoch 30, try a warmer restart.',
      'Confuses lubrication with wear at low speed.', 'Baseline for the report of this quarter.',
      'Same as before with the corrected labels of rig 4.', 'Validation set holds a run of the training rig: to be repeated.',
      'Imbalance and misalignment separate well now.', 'Too slow for the edge device, see the pruned variant.',
      'Noise augmentation helps the incipient faults.'])[1 + floor(random() * 9)::int] as remark,
    (array['Next: more cavitation samples.', 'Keep this one for comparison.', 'Do not deploy.', 'Candidate for production.',
      'Repeat with three seeds.', 'Ask the plant about sensor 2.', 'Check the window length again.'])[1 + floor(random() * 7)::int] as step,
    timestamp '2025-08-01' + n * interval '3 minutes' as moment
  from generate_series(1, 210000) as n
)
insert into public.experiments
  (id, name, model_type, dataset_id, status, config, hyperparameters, metrics, best_epoch, total_epochs, duration_seconds,
   model_path, onnx_path, results_dir, notes, search_vector, created_by, hpo_campaign_id, created_at, updated_at)
select n, model || '-' || optimiser || '-' || n, model, 1 + n % 120,
  (case when n % 41 = 0 then 'FAILED' when n % 97 = 0 then 'CANCELLED' else 'COMPLETED' end)::public.experimentstatus,
  format('{"model":{"type":"%s","channels":[32,64,%s],"kernel":%s,"hidden":%s,"layers":%s,"bidirectional":%s},'
    || '"data":{"samplingRate":20480,"window":102400,"augment":["noise","shift"]},'
    || '"training":{"optimiser":"%s","schedule":"%s","epochs":%s,"seed":%s,"mixedPrecision":true},"commit":"%s","host":"gpu-%s"}',
    model, 96 + n % 5 * 32, 3 + n % 5 * 2, 64 + n % 7 * 32, 1 + n % 3, (n % 2 = 0)::text, optimiser, schedule, epochs,
    floor(other * 1e9)::bigint, hash, n % 12)::json,
  format('{"learning_rate":%s,"weight_decay":%s,"dropout":%s,"batch_size":%s,"label_smoothing":%s,"gradient_clip":%s}',
    floor(rate * 1e6) / 1e8, floor(other * 1e5) / 1e8, floor(drop * 600) / 1000, batch, floor(other * 20) / 100, 1 + n % 5)::json,
  format('{"accuracy":%s,"precision":%s,"recall":%s,"f1":%s,"loss":%s,"inference_ms":%s,'
    || '"per_class":{"normal":%s,"misalignment":%s,"imbalance":%s,"looseness":%s,"cavitation":%s,"wear":%s}}',
    floor((0.8 + quality / 5) * 1e4) / 1e4, floor((0.79 + quality / 5) * 1e4) / 1e4, floor((0.78 + quality / 5) * 1e4) / 1e4,
    floor((0.785 + quality / 5) * 1e4) / 1e4, floor((0.7 - quality / 2) * 1e5) / 1e5,
    floor(rate * 900) / 100, floor((1 - rate / 7) * 1e4) / 1e4, floor((1 - drop / 5) * 1e4) / 1e4, floor((1 - other / 6) * 1e4) / 1e4,
    floor((1 - quality / 9) * 1e4) / 1e4, floor((0.99 - rate / 4) * 1e4) / 1e4, floor((0.98 - drop / 6) * 1e4) / 1e4)::json,
  1 + floor(quality * epochs)::int, epochs, epochs * (4 + 9 * other),
  '/app/checkpoints/runs/' || n || '/best_model.pth', case when n % 4 = 0 then '/app/exports/' || n || '/model.onnx' end,
  '/app/results/' || substr(hash, 1, 2) || '/' || n, remark || ' ' || step,
  to_tsvector('simple', model || ' ' || optimiser || ' ' || remark || ' ' || step), 1 + n % 400,
  case when n % 14 = 0 then 1 + n / 14 % 300 end, moment, moment + epochs * interval '8 seconds'
from draw;

insert into public.experiments
  (id, name, model_type, dataset_id, status, config, notes, created_by, created_at, updated_at)
values (210001, current_setting('drill.nonce_row'), 'drill', 1, 'COMPLETED', '{"drill":true}',
  'Planted by a recovery drill, which looks for it after the restore.', 1,
  statement_timestamp() at time zone 'UTC', statement_timestamp() at time zone 'UTC');

update public.hpo_campaigns set best_experiment_id = 14 * id;

insert into public.training_runs
  (experiment_id, epoch, train_loss, val_loss, train_accuracy, val_accuracy, learning_rate, duration_seconds, checkpoint_path,
   created_at, updated_at)
select experiment, epoch, 2 / epoch + random() / 10, 2.1 / epoch + random() / 8, 1 - 0.6 / epoch - random() / 30,
  1 - 0.7 / epoch - random() / 25, 0.001 / (1 + epoch / 10), 4 + 9 * random(),
  case when epoch % 10 = 0 then '/app/checkpoints/runs/' || experiment || '/checkpoint_epoch_' || epoch || '.pth' end, moment, moment
from (
  select experiment, epoch, timestamp '2025-08-01' + experiment * interval '3 minutes' + epoch * interval '8 seconds' as moment
  from generate_series(21, 210000, 21) as experiment, generate_series(1, 32) as epoch
) as trained;

insert into public.explanations (experiment_id, signal_id, method, explanation_data, file_path, created_at, updated_at)
select 1 + n * 20, 'SIG-' || lpad((1 + n * 5)::text, 7, '0'), (array['shap', 'lime', 'grad_cam', 'integrated_gradients'])[1 + n % 4],
  json_build_object('baseline', n / 1e4, 'attributions', (
    select json_agg(floor(random() * 1e4 - 5e3) / 1e4) from generate_series(1, 120 + n % 9))),
  '/app/results/explanations/' || n || '.json', moment, moment
from (select n, timestamp '2025-09-01' + n * interval '45 minutes' as moment from generate_series(1, 10000) as n) as explained;

insert into public.tags (id, name, slug, color, created_by, usage_count, created_at, updated_at)
select n, 'tag ' || n, 'tag-' || n, '#' || substr(md5(n::text), 1, 6), 1 + n % 400, 1000, moment, moment
from (select n, timestamp '2025-07-15' + n * interval '1 hour' as moment from generate_series(1, 60) as n) as tagged;

insert into public.experiment_tags (experiment_id, tag_id, added_by, created_at, updated_at)
select n * 3, 1 + n % 60, 1 + n % 400, moment, moment
from (select n, timestamp '2025-08-01' + n * interval '9 minutes' as moment from generate_series(1, 60000) as n) as tagged;

insert into public.nas_campaigns
  (id, name, dataset_id, search_algorithm, num_trials, max_epochs_per_trial, search_space_config, status, best_accuracy, created_at, updated_at)
select n, 'architecture-search-' || n, 1 + n % 120, 'evolution', 100, 20, '{"blocks":[2,3,4],"widths":[32,64,128]}', 'completed',
  0.95, timestamp '2025-10-01' + n * interval '1 day', timestamp '2025-10-02' + n * interval '1 day'
from generate_series(1, 20) as n;

insert into public.nas_trials
  (id, campaign_id, trial_number, architecture, architecture_hash, validation_accuracy, validation_loss, training_time, num_parameters,
   flops, model_size_mb, metrics, created_at, updated_at)
select n, 1 + (n - 1) / 100, 1 + (n - 1) % 100,
  json_build_object('blocks', json_build_array(n % 4, n % 7, n % 3), 'width', 32 << n % 3, 'skip', n % 2 = 0),
  md5('x' || n) || md5('y' || n), 0.8 + random() / 6, random(), 60 + 300 * random(), 100000 + 991 * n, 1000000::bigint * n,
  1 + random() * 20, json_build_object('latencyMs', random() * 9), moment, moment
from (select n, timestamp '2025-10-01' + n * interval '10 minutes' as moment from generate_series(1, 2000) as n) as trial;

update public.nas_campaigns set best_trial_id = 100 * id - 7;

insert into public.api_keys (id, user_id, key_hash, name, prefix, scopes, rate_limit, last_used_at, is_active, expires_at, created_at, updated_at)
select n, n, md5('key' || n) || md5('yek' || n), 'gateway ' || n, 'pfd_' || substr(md5('p' || n), 1, 8), '{read,predict}', 600,
  timestamp '2026-11-01', n % 9 <> 0, timestamp '2027-11-01', moment, moment
from (select n, timestamp '2025-07-01' + n * interval '1 hour' as moment from generate_series(1, 150) as n) as key;

insert into public.api_request_logs
  (endpoint, method, status_code, request_time, response_time_ms, request_size_bytes, response_size_bytes, ip_address, user_agent,
   api_key_id, error_message, request_payload_sample, response_payload_sample, created_at, updated_at)
select (array['/predict', '/experiments', '/datasets', '/health', '/metrics'])[1 + n % 5],
  case when n % 5 = 0 then 'POST' else 'GET' end, case when n % 211 = 0 then 503 when n % 89 = 0 then 422 else 200 end, moment,
  2 + 80 * random(), 200 + n % 900000, 100 + n % 5000, '10.' || n % 8 || '.' || n % 250 || '.' || n % 199,
  'pfd-gateway/2.' || n % 6 || ' (linux; x86_64)', 1 + n % 150, case when n % 211 = 0 then 'model is being reloaded' end,
  case when n % 5 = 0 then json_build_object('signal', json_build_array(random(), random(), random()), 'truncated', true) end,
  case when n % 5 = 0 then json_build_object('fault', 'wear', 'probability', random()) end, moment, moment
from (select n, timestamp '2026-09-01' + n * interval '90 seconds' as moment from generate_series(1, 60000) as n) as request;

insert into public.api_usage (api_key_id, endpoint, method, status_code, response_time_ms, "timestamp")
select 1 + n % 150, '/predict', 'POST', 200, 5 + n % 60, timestamp '2026-09-01' + n * interval '2 minutes'
from generate_series(1, 40000) as n;

insert into public.api_metrics_summary
  (period_start, period_end, aggregation_type, total_requests, successful_requests, failed_requests, avg_response_time_ms,
   p50_response_time_ms, p95_response_time_ms, p99_response_time_ms, requests_per_second, error_rate, endpoint_metrics, created_at, updated_at)
select moment, moment + interval '1 hour', 'hourly', 40 + n % 90, 40 + n % 88, n % 2, 20 + n % 9, 15, 60, 95, 0.02, 0.01,
  json_build_object('/predict', 30 + n % 70, '/experiments', 10), moment, moment
from (select n, timestamp '2026-01-01' + n * interval '1 hour' as moment from generate_series(1, 7000) as n) as hour;

insert into public.system_logs (user_id, action, status, details, error_message, created_at, updated_at)
select 1 + n % 400, (array['login', 'train_start', 'train_end', 'export', 'dataset_import', 'settings_change'])[1 + n % 6],
  case when n % 61 = 0 then 'failure' else 'success' end,
  json_build_object('experiment', 1 + n % 210000, 'request', md5('r' || n)::uuid, 'seconds', floor(random() * 1e4) / 100),
  case when n % 61 = 0 then 'worker lost its connection to the broker' end, moment, moment
from (select n, timestamp '2025-08-01' + n * interval '5 minutes' as moment from generate_series(1, 80000) as n) as logged;

insert into public.session_logs
  (user_id, session_token, ip_address, user_agent, device_type, browser, location, last_active, is_active, logged_out_at, created_at, updated_at)
select 1 + n % 400, md5('s' || n) || md5('t' || n), '10.0.' || n % 250 || '.7', 'Mozilla/5.0 (X11; Linux x86_64)', 'desktop', 'Firefox',
  'Plant ' || n % 9, moment, false, moment + interval '8 hours', moment, moment
from (select n, timestamp '2025-08-01' + n * interval '20 minutes' as moment from generate_series(1, 12000) as n) as session;

insert into public.login_history (user_id, ip_address, user_agent, location, login_method, success, failure_reason, "timestamp", created_at, updated_at)
select 1 + n % 400, '10.0.' || n % 250 || '.7', 'Mozilla/5.0 (X11; Linux x86_64)', 'Plant ' || n % 9, 'password', n % 19 <> 0,
  case when n % 19 = 0 then 'wrong password' end, moment, moment, moment
from (select n, timestamp '2025-08-01' + n * interval '20 minutes' as moment from generate_series(1, 12000) as n) as login;

insert into public.backup_codes (user_id, code_hash, is_used, used_at, created_at, updated_at)
select 1 + n % 400, md5('c' || n) || md5('d' || n), n % 7 = 0, case when n % 7 = 0 then moment end, moment, moment
from (select n, timestamp '2025-08-01' + n * interval '1 hour' as moment from generate_series(1, 4000) as n) as code;

insert into public.notification_preferences
  (user_id, event_type, email_enabled, in_app_enabled, slack_enabled, webhook_enabled, email_frequency, created_at, updated_at)
select person, event, true, true, person % 5 = 0, person % 9 = 0, 'daily', timestamp '2025-08-01', timestamp '2025-08-01'
from generate_series(1, 400) as person, unnest(array['training.completed', 'training.failed', 'hpo.completed', 'model.drift']) as event;

insert into public.saved_searches (user_id, name, query, is_pinned, usage_count, last_used_at, created_at, updated_at)
select n, 'mine', 'model:cnn_lstm accuracy:>0.97', n % 2 = 0, n % 30, timestamp '2026-10-01', timestamp '2025-09-01', timestamp '2025-09-01'
from generate_series(1, 400) as n;

insert into public.email_digest_queue (user_id, event_type, event_data, scheduled_for, included_in_digest, created_at, updated_at)
select 1 + n % 400, 'training.completed', json_build_object('experiment', n * 40), moment, n < 4900, moment, moment
from (select n, timestamp '2026-09-01' + n * interval '25 minutes' as moment from generate_series(1, 5000) as n) as mail;

insert into public.email_logs
  (user_id, recipient_email, event_type, subject, template_name, event_data, provider, message_id, status, sent_at, delivered_at,
   retry_count, created_at, updated_at)
select person, 'engineer' || person || '@plant.example', 'training.completed', 'Training of experiment ' || n * 10 || ' is done',
  'training_completed', json_build_object('experiment', n * 10), 'smtp', md5('m' || n), 'delivered', moment, moment, 0, moment, moment
from (select n, 1 + n % 400 as person, timestamp '2025-08-01' + n * interval '30 minutes' as moment from generate_series(1, 15000) as n) as mail;

insert into public.webhook_configurations
  (id, user_id, provider_type, webhook_url, name, is_active, enabled_events, settings, consecutive_failures, created_at, updated_at)
select n, n, 'slack', 'https://hooks.plant.example/' || md5(n::text), 'shift ' || n, true, '["training.completed"]', '{}', 0,
  timestamp '2025-08-01', timestamp '2025-08-01'
from generate_series(1, 80) as n;

insert into public.webhook_logs
  (webhook_config_id, user_id, event_type, provider_type, webhook_url, payload, status, http_status_code, retry_count, sent_at, created_at, updated_at)
select hook, hook, 'training.completed', 'slack', 'https://hooks.plant.example/' || md5(hook::text),
  jsonb_build_object('experiment', n * 10, 'text', 'Training is done'), 'sent', 200, 0, moment, moment, moment
from (select n, 1 + n % 80 as hook, timestamp '2025-08-01' + n * interval '40 minutes' as moment from generate_series(1, 10000) as n) as sent;

-- Identifiers were given above; the sequences go on behind them.
do $$
declare
  owned record;
begin
  for owned in
    select sequence.oid::regclass as name, tab.oid::regclass as tab
    from pg_class as sequence
    join pg_depend on pg_depend.objid = sequence.oid and pg_depend.deptype = 'a' and pg_depend.classid = 'pg_class'::regclass
    join pg_class as tab on tab.oid = pg_depend.refobjid
    where sequence.relkind = 'S' and sequence.relnamespace = 'public'::regnamespace
  loop
    execute format('select setval(%L, (select coalesce(max(id), 1) from %s))', owned.name, owned.tab);
  end loop;
end
$$;
