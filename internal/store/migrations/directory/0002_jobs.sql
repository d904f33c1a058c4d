-- +goose Up
-- One row per registered job that works on what all processes share. holder
-- has it until lease has passed; due is when it is next wanted and done when it
-- last succeeded. Nothing here is about a customer.
CREATE TABLE job_runs (
    job {{text}} NOT NULL PRIMARY KEY,
    holder {{bytes}} NOT NULL,
    lease {{int}} NOT NULL,
    due {{int}} NOT NULL,
    done {{int}} NOT NULL
){{rowid}};
{{grant job_runs}}
