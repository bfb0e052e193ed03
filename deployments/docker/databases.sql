-- One database each: Prefect's and MLflow's tables are migrated by their own servers.
CREATE DATABASE prefect OWNER atelier;
CREATE DATABASE mlflow OWNER atelier;
CREATE DATABASE ledger OWNER atelier;
