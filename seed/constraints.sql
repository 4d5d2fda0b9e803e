-- Keys, indexes and references of schema.sql, made when the rows are there.

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_metrics_summary
    ADD CONSTRAINT api_metrics_summary_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_request_logs
    ADD CONSTRAINT api_request_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_usage
    ADD CONSTRAINT api_usage_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.backup_codes
    ADD CONSTRAINT backup_codes_code_hash_key UNIQUE (code_hash);
ALTER TABLE ONLY public.backup_codes
    ADD CONSTRAINT backup_codes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dataset_generations
    ADD CONSTRAINT dataset_generations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dataset_imports
    ADD CONSTRAINT dataset_imports_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT datasets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_digest_queue
    ADD CONSTRAINT email_digest_queue_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.email_logs
    ADD CONSTRAINT email_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.explanations
    ADD CONSTRAINT explanations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.hpo_campaigns
    ADD CONSTRAINT hpo_campaigns_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.login_history
    ADD CONSTRAINT login_history_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.nas_campaigns
    ADD CONSTRAINT nas_campaigns_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.nas_trials
    ADD CONSTRAINT nas_trials_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.saved_searches
    ADD CONSTRAINT saved_searches_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session_logs
    ADD CONSTRAINT session_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.signals
    ADD CONSTRAINT signals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.training_runs
    ADD CONSTRAINT training_runs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT uq_experiment_tag UNIQUE (experiment_id, tag_id);
ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT uq_user_event_type UNIQUE (user_id, event_type);
ALTER TABLE ONLY public.saved_searches
    ADD CONSTRAINT uq_user_saved_search_name UNIQUE (user_id, name);
ALTER TABLE ONLY public.webhook_configurations
    ADD CONSTRAINT uq_user_webhook_url UNIQUE (user_id, webhook_url);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_configurations
    ADD CONSTRAINT webhook_configurations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_pkey PRIMARY KEY (id);
CREATE INDEX idx_digest_queue_event_scheduled ON public.email_digest_queue USING btree (event_type, scheduled_for);
CREATE INDEX idx_digest_queue_included ON public.email_digest_queue USING btree (included_in_digest, scheduled_for);
CREATE INDEX idx_digest_queue_scheduled ON public.email_digest_queue USING btree (scheduled_for);
CREATE INDEX idx_digest_queue_user_scheduled ON public.email_digest_queue USING btree (user_id, scheduled_for);
CREATE INDEX idx_email_logs_sent_at ON public.email_logs USING btree (sent_at);
CREATE INDEX idx_system_log_time_status ON public.system_logs USING btree (created_at, status);
CREATE INDEX idx_system_log_user_time ON public.system_logs USING btree (user_id, created_at);
CREATE INDEX ix_api_keys_created_at ON public.api_keys USING btree (created_at);
CREATE INDEX ix_api_keys_is_active ON public.api_keys USING btree (is_active);
CREATE INDEX ix_api_keys_prefix ON public.api_keys USING btree (prefix);
CREATE INDEX ix_api_metrics_summary_created_at ON public.api_metrics_summary USING btree (created_at);
CREATE INDEX ix_api_metrics_summary_period_start ON public.api_metrics_summary USING btree (period_start);
CREATE INDEX ix_api_metrics_summary_period_type ON public.api_metrics_summary USING btree (period_start, aggregation_type);
CREATE INDEX ix_api_request_logs_created_at ON public.api_request_logs USING btree (created_at);
CREATE INDEX ix_api_request_logs_endpoint ON public.api_request_logs USING btree (endpoint);
CREATE INDEX ix_api_request_logs_request_time ON public.api_request_logs USING btree (request_time);
CREATE INDEX ix_api_request_logs_status_code ON public.api_request_logs USING btree (status_code);
CREATE INDEX ix_api_usage_timestamp ON public.api_usage USING btree ("timestamp");
CREATE INDEX ix_backup_codes_is_used ON public.backup_codes USING btree (is_used);
CREATE INDEX ix_backup_codes_user_id ON public.backup_codes USING btree (user_id);
CREATE INDEX ix_backup_codes_user_unused ON public.backup_codes USING btree (user_id, is_used);
CREATE INDEX ix_dataset_generations_celery_task_id ON public.dataset_generations USING btree (celery_task_id);
CREATE INDEX ix_dataset_generations_name ON public.dataset_generations USING btree (name);
CREATE INDEX ix_dataset_generations_status ON public.dataset_generations USING btree (status);
CREATE INDEX ix_dataset_imports_celery_task_id ON public.dataset_imports USING btree (celery_task_id);
CREATE INDEX ix_dataset_imports_name ON public.dataset_imports USING btree (name);
CREATE INDEX ix_dataset_imports_status ON public.dataset_imports USING btree (status);
CREATE INDEX ix_datasets_created_at ON public.datasets USING btree (created_at);
CREATE UNIQUE INDEX ix_datasets_name ON public.datasets USING btree (name);
CREATE INDEX ix_email_digest_queue_included_in_digest ON public.email_digest_queue USING btree (included_in_digest);
CREATE INDEX ix_email_digest_queue_scheduled_for ON public.email_digest_queue USING btree (scheduled_for);
CREATE INDEX ix_email_digest_queue_user_id ON public.email_digest_queue USING btree (user_id);
CREATE INDEX ix_email_logs_created_at ON public.email_logs USING btree (created_at);
CREATE INDEX ix_email_logs_event_type ON public.email_logs USING btree (event_type);
CREATE INDEX ix_email_logs_status ON public.email_logs USING btree (status);
CREATE INDEX ix_email_logs_user_id ON public.email_logs USING btree (user_id);
CREATE INDEX ix_experiment_tags_created_at ON public.experiment_tags USING btree (created_at);
CREATE INDEX ix_experiment_tags_experiment_id ON public.experiment_tags USING btree (experiment_id);
CREATE INDEX ix_experiment_tags_tag_id ON public.experiment_tags USING btree (tag_id);
CREATE INDEX ix_experiments_created_at ON public.experiments USING btree (created_at);
CREATE INDEX ix_experiments_model_type ON public.experiments USING btree (model_type);
CREATE UNIQUE INDEX ix_experiments_name ON public.experiments USING btree (name);
CREATE INDEX ix_experiments_status ON public.experiments USING btree (status);
CREATE INDEX ix_explanations_experiment_id ON public.explanations USING btree (experiment_id);
CREATE INDEX ix_explanations_signal_id ON public.explanations USING btree (signal_id);
CREATE INDEX ix_hpo_campaigns_created_at ON public.hpo_campaigns USING btree (created_at);
CREATE UNIQUE INDEX ix_hpo_campaigns_name ON public.hpo_campaigns USING btree (name);
CREATE INDEX ix_hpo_campaigns_status ON public.hpo_campaigns USING btree (status);
CREATE INDEX ix_login_history_success ON public.login_history USING btree (success);
CREATE INDEX ix_login_history_timestamp ON public.login_history USING btree ("timestamp");
CREATE INDEX ix_login_history_user_id ON public.login_history USING btree (user_id);
CREATE INDEX ix_nas_campaigns_created_at ON public.nas_campaigns USING btree (created_at);
CREATE INDEX ix_nas_campaigns_name ON public.nas_campaigns USING btree (name);
CREATE INDEX ix_nas_campaigns_status ON public.nas_campaigns USING btree (status);
CREATE INDEX ix_nas_trials_architecture_hash ON public.nas_trials USING btree (architecture_hash);
CREATE INDEX ix_nas_trials_campaign_trial ON public.nas_trials USING btree (campaign_id, trial_number);
CREATE INDEX ix_nas_trials_created_at ON public.nas_trials USING btree (created_at);
CREATE INDEX ix_notification_preferences_event_type ON public.notification_preferences USING btree (event_type);
CREATE INDEX ix_notification_preferences_user_id ON public.notification_preferences USING btree (user_id);
CREATE INDEX ix_saved_searches_created_at ON public.saved_searches USING btree (created_at);
CREATE INDEX ix_saved_searches_is_pinned ON public.saved_searches USING btree (is_pinned);
CREATE INDEX ix_saved_searches_user_id ON public.saved_searches USING btree (user_id);
CREATE INDEX ix_session_logs_is_active ON public.session_logs USING btree (is_active);
CREATE UNIQUE INDEX ix_session_logs_session_token ON public.session_logs USING btree (session_token);
CREATE INDEX ix_session_logs_user_id ON public.session_logs USING btree (user_id);
CREATE INDEX ix_signals_dataset_id ON public.signals USING btree (dataset_id);
CREATE INDEX ix_signals_fault_class ON public.signals USING btree (fault_class);
CREATE INDEX ix_signals_signal_id ON public.signals USING btree (signal_id);
CREATE INDEX ix_system_logs_action ON public.system_logs USING btree (action);
CREATE INDEX ix_system_logs_status ON public.system_logs USING btree (status);
CREATE INDEX ix_system_logs_user_id ON public.system_logs USING btree (user_id);
CREATE INDEX ix_tags_created_at ON public.tags USING btree (created_at);
CREATE UNIQUE INDEX ix_tags_name ON public.tags USING btree (name);
CREATE UNIQUE INDEX ix_tags_slug ON public.tags USING btree (slug);
CREATE INDEX ix_training_runs_created_at ON public.training_runs USING btree (created_at);
CREATE INDEX ix_training_runs_experiment_epoch ON public.training_runs USING btree (experiment_id, epoch);
CREATE INDEX ix_training_runs_experiment_id ON public.training_runs USING btree (experiment_id);
CREATE INDEX ix_users_created_at ON public.users USING btree (created_at);
CREATE INDEX ix_users_is_active ON public.users USING btree (is_active);
CREATE UNIQUE INDEX ix_users_username ON public.users USING btree (username);
CREATE INDEX ix_webhook_configurations_created_at ON public.webhook_configurations USING btree (created_at);
CREATE INDEX ix_webhook_configurations_is_active ON public.webhook_configurations USING btree (is_active);
CREATE INDEX ix_webhook_configurations_provider_type ON public.webhook_configurations USING btree (provider_type);
CREATE INDEX ix_webhook_configurations_user_id ON public.webhook_configurations USING btree (user_id);
CREATE INDEX ix_webhook_logs_created_at ON public.webhook_logs USING btree (created_at);
CREATE INDEX ix_webhook_logs_event_type ON public.webhook_logs USING btree (event_type);
CREATE INDEX ix_webhook_logs_sent_at ON public.webhook_logs USING btree (sent_at);
CREATE INDEX ix_webhook_logs_status ON public.webhook_logs USING btree (status);
CREATE INDEX ix_webhook_logs_user_id ON public.webhook_logs USING btree (user_id);
CREATE INDEX ix_webhook_logs_webhook_config_id ON public.webhook_logs USING btree (webhook_config_id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.api_request_logs
    ADD CONSTRAINT api_request_logs_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_keys(id);
ALTER TABLE ONLY public.api_usage
    ADD CONSTRAINT api_usage_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_keys(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.backup_codes
    ADD CONSTRAINT backup_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.datasets
    ADD CONSTRAINT datasets_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.email_digest_queue
    ADD CONSTRAINT email_digest_queue_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.email_logs
    ADD CONSTRAINT email_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tags_added_by_fkey FOREIGN KEY (added_by) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tags_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.experiment_tags
    ADD CONSTRAINT experiment_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id);
ALTER TABLE ONLY public.experiments
    ADD CONSTRAINT experiments_hpo_campaign_id_fkey FOREIGN KEY (hpo_campaign_id) REFERENCES public.hpo_campaigns(id);
ALTER TABLE ONLY public.explanations
    ADD CONSTRAINT explanations_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(id);
ALTER TABLE ONLY public.hpo_campaigns
    ADD CONSTRAINT hpo_campaigns_best_experiment_id_fkey FOREIGN KEY (best_experiment_id) REFERENCES public.experiments(id);
ALTER TABLE ONLY public.hpo_campaigns
    ADD CONSTRAINT hpo_campaigns_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);
ALTER TABLE ONLY public.hpo_campaigns
    ADD CONSTRAINT hpo_campaigns_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id);
ALTER TABLE ONLY public.login_history
    ADD CONSTRAINT login_history_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.nas_campaigns
    ADD CONSTRAINT nas_campaigns_best_trial_id_fkey FOREIGN KEY (best_trial_id) REFERENCES public.nas_trials(id);
ALTER TABLE ONLY public.nas_campaigns
    ADD CONSTRAINT nas_campaigns_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.nas_trials
    ADD CONSTRAINT nas_trials_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.nas_campaigns(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.notification_preferences
    ADD CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.saved_searches
    ADD CONSTRAINT saved_searches_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.session_logs
    ADD CONSTRAINT session_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.signals
    ADD CONSTRAINT signals_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES public.datasets(id);
ALTER TABLE ONLY public.system_logs
    ADD CONSTRAINT system_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.training_runs
    ADD CONSTRAINT training_runs_experiment_id_fkey FOREIGN KEY (experiment_id) REFERENCES public.experiments(id);
ALTER TABLE ONLY public.webhook_configurations
    ADD CONSTRAINT webhook_configurations_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_webhook_config_id_fkey FOREIGN KEY (webhook_config_id) REFERENCES public.webhook_configurations(id) ON DELETE CASCADE;
