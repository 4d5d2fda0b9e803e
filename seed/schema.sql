-- Tables of LSTM-PFD. Keys and indexes are in constraints.sql: rows load in half the time without them.

CREATE TYPE public.datasetgenerationstatus AS ENUM (
    'PENDING',
    'RUNNING',
    'COMPLETED',
    'FAILED',
    'CANCELLED'
);

CREATE TYPE public.datasetimportstatus AS ENUM (
    'PENDING',
    'RUNNING',
    'COMPLETED',
    'FAILED',
    'CANCELLED'
);

CREATE TYPE public.experimentstatus AS ENUM (
    'PENDING',
    'RUNNING',
    'PAUSED',
    'COMPLETED',
    'FAILED',
    'CANCELLED'
);

CREATE TYPE public.hpomethod AS ENUM (
    'GRID_SEARCH',
    'RANDOM_SEARCH',
    'BAYESIAN',
    'HYPERBAND'
);

CREATE TABLE public.api_keys (
    id integer NOT NULL,
    user_id integer NOT NULL,
    key_hash character varying(255) NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(20) NOT NULL,
    scopes character varying[],
    rate_limit integer,
    last_used_at timestamp without time zone,
    is_active boolean,
    expires_at timestamp without time zone,
    created_at timestamp without time zone,
    updated_at timestamp without time zone
);

CREATE SEQUENCE public.api_keys_id_seq AS integer;
ALTER SEQUENCE public.api_keys_id_seq OWNED BY public.api_keys.id;

CREATE TABLE public.api_metrics_summary (
    period_start timestamp without time zone NOT NULL,
    period_end timestamp without time zone NOT NULL,
    aggregation_type character varying(20) NOT NULL,
    total_requests integer,
    successful_requests integer,
    failed_requests integer,
    avg_response_time_ms double precision,
    p50_response_time_ms double precision,
    p95_response_time_ms double precision,
    p99_response_time_ms double precision,
    requests_per_second double precision,
    error_rate double precision,
    endpoint_metrics json,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.api_metrics_summary_id_seq AS integer;
ALTER SEQUENCE public.api_metrics_summary_id_seq OWNED BY public.api_metrics_summary.id;

CREATE TABLE public.api_request_logs (
    endpoint character varying(255) NOT NULL,
    method character varying(10) NOT NULL,
    status_code integer NOT NULL,
    request_time timestamp without time zone NOT NULL,
    response_time_ms double precision NOT NULL,
    request_size_bytes integer,
    response_size_bytes integer,
    ip_address character varying(45),
    user_agent text,
    api_key_id integer,
    error_message text,
    request_payload_sample json,
    response_payload_sample json,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.api_request_logs_id_seq AS integer;
ALTER SEQUENCE public.api_request_logs_id_seq OWNED BY public.api_request_logs.id;

CREATE TABLE public.api_usage (
    id integer NOT NULL,
    api_key_id integer NOT NULL,
    endpoint character varying(255) NOT NULL,
    method character varying(10) NOT NULL,
    status_code integer NOT NULL,
    response_time_ms integer,
    "timestamp" timestamp without time zone
);

CREATE SEQUENCE public.api_usage_id_seq AS integer;
ALTER SEQUENCE public.api_usage_id_seq OWNED BY public.api_usage.id;

CREATE TABLE public.backup_codes (
    user_id integer NOT NULL,
    code_hash character varying(255) NOT NULL,
    is_used boolean NOT NULL,
    used_at timestamp without time zone,
    ip_address character varying(45),
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.backup_codes_id_seq AS integer;
ALTER SEQUENCE public.backup_codes_id_seq OWNED BY public.backup_codes.id;

CREATE TABLE public.dataset_generations (
    name character varying(255) NOT NULL,
    config json NOT NULL,
    status public.datasetgenerationstatus,
    num_signals integer,
    num_faults integer,
    output_path character varying(500),
    progress integer,
    celery_task_id character varying(255),
    duration_seconds double precision,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.dataset_generations_id_seq AS integer;
ALTER SEQUENCE public.dataset_generations_id_seq OWNED BY public.dataset_generations.id;

CREATE TABLE public.dataset_imports (
    name character varying(255) NOT NULL,
    config json NOT NULL,
    status public.datasetimportstatus,
    num_files integer,
    num_signals integer,
    output_path character varying(500),
    progress integer,
    celery_task_id character varying(255),
    duration_seconds double precision,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.dataset_imports_id_seq AS integer;
ALTER SEQUENCE public.dataset_imports_id_seq OWNED BY public.dataset_imports.id;

CREATE TABLE public.datasets (
    name character varying(255) NOT NULL,
    description character varying(1000),
    num_signals integer NOT NULL,
    fault_types json NOT NULL,
    severity_levels json NOT NULL,
    file_path character varying(500) NOT NULL,
    meta_data json,
    created_by integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.datasets_id_seq AS integer;
ALTER SEQUENCE public.datasets_id_seq OWNED BY public.datasets.id;

CREATE TABLE public.email_digest_queue (
    user_id integer NOT NULL,
    event_type character varying(50) NOT NULL,
    event_data json NOT NULL,
    scheduled_for timestamp without time zone NOT NULL,
    included_in_digest boolean,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.email_digest_queue_id_seq AS integer;
ALTER SEQUENCE public.email_digest_queue_id_seq OWNED BY public.email_digest_queue.id;

CREATE TABLE public.email_logs (
    user_id integer,
    recipient_email character varying(255) NOT NULL,
    event_type character varying(50) NOT NULL,
    subject character varying(255) NOT NULL,
    template_name character varying(100) NOT NULL,
    event_data json,
    provider character varying(50),
    message_id character varying(255),
    status character varying(20) NOT NULL,
    error_message text,
    sent_at timestamp without time zone,
    delivered_at timestamp without time zone,
    opened_at timestamp without time zone,
    clicked_at timestamp without time zone,
    retry_count integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.email_logs_id_seq AS integer;
ALTER SEQUENCE public.email_logs_id_seq OWNED BY public.email_logs.id;

CREATE TABLE public.experiment_tags (
    experiment_id integer NOT NULL,
    tag_id integer NOT NULL,
    added_by integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.experiment_tags_id_seq AS integer;
ALTER SEQUENCE public.experiment_tags_id_seq OWNED BY public.experiment_tags.id;

CREATE TABLE public.experiments (
    name character varying(255) NOT NULL,
    model_type character varying(50) NOT NULL,
    dataset_id integer NOT NULL,
    status public.experimentstatus,
    config json NOT NULL,
    hyperparameters json,
    metrics json,
    best_epoch integer,
    total_epochs integer,
    duration_seconds double precision,
    model_path character varying(500),
    onnx_path character varying(500),
    results_dir character varying(500),
    notes text,
    search_vector tsvector,
    created_by integer,
    hpo_campaign_id integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.experiments_id_seq AS integer;
ALTER SEQUENCE public.experiments_id_seq OWNED BY public.experiments.id;

CREATE TABLE public.explanations (
    experiment_id integer NOT NULL,
    signal_id character varying(100) NOT NULL,
    method character varying(50) NOT NULL,
    explanation_data json NOT NULL,
    file_path character varying(500),
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.explanations_id_seq AS integer;
ALTER SEQUENCE public.explanations_id_seq OWNED BY public.explanations.id;

CREATE TABLE public.hpo_campaigns (
    name character varying(255) NOT NULL,
    method public.hpomethod NOT NULL,
    status public.experimentstatus,
    base_model_type character varying(50) NOT NULL,
    dataset_id integer NOT NULL,
    search_space json NOT NULL,
    budget json NOT NULL,
    trials_completed integer,
    trials_total integer NOT NULL,
    best_experiment_id integer,
    best_accuracy double precision,
    created_by integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.hpo_campaigns_id_seq AS integer;
ALTER SEQUENCE public.hpo_campaigns_id_seq OWNED BY public.hpo_campaigns.id;

CREATE TABLE public.login_history (
    user_id integer NOT NULL,
    ip_address character varying(45),
    user_agent character varying(500),
    location character varying(200),
    login_method character varying(50),
    success boolean,
    failure_reason character varying(200),
    "timestamp" timestamp without time zone NOT NULL,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.login_history_id_seq AS integer;
ALTER SEQUENCE public.login_history_id_seq OWNED BY public.login_history.id;

CREATE TABLE public.nas_campaigns (
    name character varying(200) NOT NULL,
    dataset_id integer NOT NULL,
    search_algorithm character varying(50),
    num_trials integer,
    max_epochs_per_trial integer,
    search_space_config json,
    status character varying(50),
    best_trial_id integer,
    best_accuracy double precision,
    task_id character varying(200),
    error_message text,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.nas_campaigns_id_seq AS integer;
ALTER SEQUENCE public.nas_campaigns_id_seq OWNED BY public.nas_campaigns.id;

CREATE TABLE public.nas_trials (
    campaign_id integer NOT NULL,
    trial_number integer NOT NULL,
    architecture json NOT NULL,
    architecture_hash character varying(64),
    validation_accuracy double precision,
    validation_loss double precision,
    training_time double precision,
    num_parameters integer,
    flops bigint,
    model_size_mb double precision,
    metrics json,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.nas_trials_id_seq AS integer;
ALTER SEQUENCE public.nas_trials_id_seq OWNED BY public.nas_trials.id;

CREATE TABLE public.notification_preferences (
    user_id integer NOT NULL,
    event_type character varying(50) NOT NULL,
    email_enabled boolean,
    in_app_enabled boolean,
    slack_enabled boolean,
    webhook_enabled boolean,
    email_frequency character varying(20),
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.notification_preferences_id_seq AS integer;
ALTER SEQUENCE public.notification_preferences_id_seq OWNED BY public.notification_preferences.id;

CREATE TABLE public.saved_searches (
    user_id integer NOT NULL,
    name character varying(200) NOT NULL,
    query text NOT NULL,
    is_pinned boolean NOT NULL,
    usage_count integer NOT NULL,
    last_used_at timestamp without time zone,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.saved_searches_id_seq AS integer;
ALTER SEQUENCE public.saved_searches_id_seq OWNED BY public.saved_searches.id;

CREATE TABLE public.session_logs (
    user_id integer NOT NULL,
    session_token character varying(255) NOT NULL,
    ip_address character varying(45),
    user_agent character varying(500),
    device_type character varying(50),
    browser character varying(100),
    location character varying(200),
    last_active timestamp without time zone,
    is_active boolean,
    logged_out_at timestamp without time zone,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.session_logs_id_seq AS integer;
ALTER SEQUENCE public.session_logs_id_seq OWNED BY public.session_logs.id;

CREATE TABLE public.signals (
    dataset_id integer NOT NULL,
    signal_id character varying(100) NOT NULL,
    fault_class character varying(50) NOT NULL,
    severity character varying(50),
    file_path character varying(500),
    rms double precision,
    kurtosis double precision,
    dominant_frequency double precision,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.signals_id_seq AS integer;
ALTER SEQUENCE public.signals_id_seq OWNED BY public.signals.id;

CREATE TABLE public.system_logs (
    user_id integer,
    action character varying(100) NOT NULL,
    status character varying(50) NOT NULL,
    details json,
    error_message character varying(1000),
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.system_logs_id_seq AS integer;
ALTER SEQUENCE public.system_logs_id_seq OWNED BY public.system_logs.id;

CREATE TABLE public.tags (
    name character varying(50) NOT NULL,
    slug character varying(50) NOT NULL,
    color character varying(7),
    created_by integer,
    usage_count integer NOT NULL,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.tags_id_seq AS integer;
ALTER SEQUENCE public.tags_id_seq OWNED BY public.tags.id;

CREATE TABLE public.training_runs (
    experiment_id integer NOT NULL,
    epoch integer NOT NULL,
    train_loss double precision NOT NULL,
    val_loss double precision NOT NULL,
    train_accuracy double precision NOT NULL,
    val_accuracy double precision NOT NULL,
    learning_rate double precision,
    duration_seconds double precision,
    checkpoint_path character varying(500),
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.training_runs_id_seq AS integer;
ALTER SEQUENCE public.training_runs_id_seq OWNED BY public.training_runs.id;

CREATE TABLE public.users (
    username character varying(100) NOT NULL,
    email character varying(255) NOT NULL,
    password_hash character varying(255),
    role character varying(50),
    is_active boolean,
    totp_secret character varying(32),
    totp_enabled boolean,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.users_id_seq AS integer;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;

CREATE TABLE public.webhook_configurations (
    user_id integer NOT NULL,
    provider_type character varying(50) NOT NULL,
    webhook_url text NOT NULL,
    name character varying(200),
    description text,
    is_active boolean,
    enabled_events jsonb NOT NULL,
    settings jsonb NOT NULL,
    last_used_at timestamp without time zone,
    last_error text,
    consecutive_failures integer,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.webhook_configurations_id_seq AS integer;
ALTER SEQUENCE public.webhook_configurations_id_seq OWNED BY public.webhook_configurations.id;

CREATE TABLE public.webhook_logs (
    webhook_config_id integer NOT NULL,
    user_id integer,
    event_type character varying(50) NOT NULL,
    provider_type character varying(50) NOT NULL,
    webhook_url text NOT NULL,
    payload jsonb,
    status character varying(20) NOT NULL,
    http_status_code integer,
    response_body text,
    error_message text,
    retry_count integer,
    sent_at timestamp without time zone,
    id integer NOT NULL,
    created_at timestamp without time zone NOT NULL,
    updated_at timestamp without time zone NOT NULL
);

CREATE SEQUENCE public.webhook_logs_id_seq AS integer;
ALTER SEQUENCE public.webhook_logs_id_seq OWNED BY public.webhook_logs.id;
ALTER TABLE ONLY public.api_keys ALTER COLUMN id SET DEFAULT nextval('public.api_keys_id_seq'::regclass);
ALTER TABLE ONLY public.api_metrics_summary ALTER COLUMN id SET DEFAULT nextval('public.api_metrics_summary_id_seq'::regclass);
ALTER TABLE ONLY public.api_request_logs ALTER COLUMN id SET DEFAULT nextval('public.api_request_logs_id_seq'::regclass);
ALTER TABLE ONLY public.api_usage ALTER COLUMN id SET DEFAULT nextval('public.api_usage_id_seq'::regclass);
ALTER TABLE ONLY public.backup_codes ALTER COLUMN id SET DEFAULT nextval('public.backup_codes_id_seq'::regclass);
ALTER TABLE ONLY public.dataset_generations ALTER COLUMN id SET DEFAULT nextval('public.dataset_generations_id_seq'::regclass);
ALTER TABLE ONLY public.dataset_imports ALTER COLUMN id SET DEFAULT nextval('public.dataset_imports_id_seq'::regclass);
ALTER TABLE ONLY public.datasets ALTER COLUMN id SET DEFAULT nextval('public.datasets_id_seq'::regclass);
ALTER TABLE ONLY public.email_digest_queue ALTER COLUMN id SET DEFAULT nextval('public.email_digest_queue_id_seq'::regclass);
ALTER TABLE ONLY public.email_logs ALTER COLUMN id SET DEFAULT nextval('public.email_logs_id_seq'::regclass);
ALTER TABLE ONLY public.experiment_tags ALTER COLUMN id SET DEFAULT nextval('public.experiment_tags_id_seq'::regclass);
ALTER TABLE ONLY public.experiments ALTER COLUMN id SET DEFAULT nextval('public.experiments_id_seq'::regclass);
ALTER TABLE ONLY public.explanations ALTER COLUMN id SET DEFAULT nextval('public.explanations_id_seq'::regclass);
ALTER TABLE ONLY public.hpo_campaigns ALTER COLUMN id SET DEFAULT nextval('public.hpo_campaigns_id_seq'::regclass);
ALTER TABLE ONLY public.login_history ALTER COLUMN id SET DEFAULT nextval('public.login_history_id_seq'::regclass);
ALTER TABLE ONLY public.nas_campaigns ALTER COLUMN id SET DEFAULT nextval('public.nas_campaigns_id_seq'::regclass);
ALTER TABLE ONLY public.nas_trials ALTER COLUMN id SET DEFAULT nextval('public.nas_trials_id_seq'::regclass);
ALTER TABLE ONLY public.notification_preferences ALTER COLUMN id SET DEFAULT nextval('public.notification_preferences_id_seq'::regclass);
ALTER TABLE ONLY public.saved_searches ALTER COLUMN id SET DEFAULT nextval('public.saved_searches_id_seq'::regclass);
ALTER TABLE ONLY public.session_logs ALTER COLUMN id SET DEFAULT nextval('public.session_logs_id_seq'::regclass);
ALTER TABLE ONLY public.signals ALTER COLUMN id SET DEFAULT nextval('public.signals_id_seq'::regclass);
ALTER TABLE ONLY public.system_logs ALTER COLUMN id SET DEFAULT nextval('public.system_logs_id_seq'::regclass);
ALTER TABLE ONLY public.tags ALTER COLUMN id SET DEFAULT nextval('public.tags_id_seq'::regclass);
ALTER TABLE ONLY public.training_runs ALTER COLUMN id SET DEFAULT nextval('public.training_runs_id_seq'::regclass);
ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);
ALTER TABLE ONLY public.webhook_configurations ALTER COLUMN id SET DEFAULT nextval('public.webhook_configurations_id_seq'::regclass);
ALTER TABLE ONLY public.webhook_logs ALTER COLUMN id SET DEFAULT nextval('public.webhook_logs_id_seq'::regclass);
