# `make demo` and `make test` install everything that they need. `make help` lists all targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PACKAGES := components registry flows deployments benchmarks

.PHONY: help install demo check lint types test test-slow test-kill test-kill-training test-kill-products prove ablations compare bench-evaluate bench-generate bench-serve bench-train bench-train-gpu bench-registry bench-drift bench-text replay house docs ui deploy serve serve-flows worker metrics bench-demand
# They warn of a missing torchvision, which is missing on purpose.
export TRANSFORMERS_VERBOSITY ?= error
export DIFFUSERS_VERBOSITY ?= error
# With it Python would compile all that it imports again in each process.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

install: $(STAMP)  ## make .venv with the pinned packages and the command atelier

$(STAMP): requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; ok = sys.version_info >= (3, 11); sys.exit(0 if ok else "Error: Python %d.%d was found, 3.11 or later is expected: make install PYTHON=python3.11" % sys.version_info[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing requirements.txt into $(VENV): some 2.6 GB, a few minutes, once."
	@# pip would compile 48,000 files on one core; a few of them are templates, which nobody can compile.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -W ignore -m compileall -qq -j 0 $(VENV)/lib || true
	@$(BIN)/python -m registry.prefect_database
	@$(BIN)/python -m registry.mlflow_database
	@touch $(STAMP)

demo: install  ## ingest, train, evaluate and promote the model `starter`
	@$(BIN)/python -m flows lifecycle starter

check: install  ## check lint, format, types and import contracts
	@$(MAKE) --no-print-directory -j 2 lint types

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types:
	@$(BIN)/mypy $(PACKAGES)

test: check  ## run make check and the tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: install  ## run the tests that take minutes
	@$(BIN)/python -m pytest -m slow

test-kill: install  ## kill -9 flow, worker and server, ten times each, and print how long recovery took, about 40 minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.deployments.kill_table

test-kill-training: install  ## kill -9 a toy training 1,000 times at random moments, and compare the weights bit by bit
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.components.recipes.product_images.train.kill_trials 1000

test-kill-products: install  ## make 1,000 products of starter-products, killed five times with kill -9, and count what was lost
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.components.products.kill_trials 1000 5

prove: install  ## train, check, score and promote 100 steps in a scratch home, and print a verdict on this machine
	@$(BIN)/python -m benchmarks.prove

ablations: install  ## train with each option of the loss on and off on a real catalogue, and print the scores: make ablations CATALOGUE=folder
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.ablations --catalogue "$(CATALOGUE)"

test-scale: install  ## run two workers on PostgreSQL and S3 on this machine, ten runs, one killed; some minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.scale

bench-evaluate: install  ## time the scoring of checkpoints against the usual way, about 12 minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.evaluate

compare: install  ## compare our FID and KID with torch-fidelity's on the same pictures
	@$(BIN)/python -m tests.components.recipes.product_images.against_torch_fidelity

bench-serve: install  ## time 16 clients of the service against a plain endpoint, and watch its memory, about 15 minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.serve

bench-generate: install  ## time pictures against stock diffusers, some two minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.generate

bench-train: install  ## time a training step against the usual loops, about 15 minutes, 14 GB of memory
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.train

bench-train-gpu: install  ## time training steps of SD 1.5 at 512 px on CUDA, by batch, compiled or not, about 25 minutes
	@$(BIN)/python -m benchmarks.train.gpu

bench-registry: install  ## time queries and promotions with 100, 1,000 and 10,000 versions
	@$(BIN)/python -m benchmarks.registry

bench-drift: install  ## simulate years of daily looks at drift: false alarms, and changes that are found, about 10 minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.drift

bench-text: install  ## time the answers of a classifier of comments to 16 parallel clients, under a minute
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.failure_modes.latency

bench-demand: install  ## time forecasts of 10,000 series of 104 weeks, about 10 minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.demand

replay: install  ## simulate a year of looks, retrainings and promotions, and draw it as a page, one to two minutes
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.replay

house: install  ## print figures of the code: import circles, file sizes, body lengths, path of a scorecard
	@$(BIN)/python -m benchmarks.house
	@$(BIN)/python -m benchmarks.scorecard_path

docs: install  ## generate docs/models.md and the JSON Schemas from the config classes
	@$(BIN)/python -m components.recipes.docs docs

ui: install  ## start a Prefect server and an MLflow server on loopback
	@$(BIN)/python -m deployments ui

deploy: install  ## create or change the deployments, schedules and automations of all models on the Prefect server
	@$(BIN)/python -m flows deploy

serve: install  ## answer requests with the versions in production, and show the page, on loopback
	@$(BIN)/python -m deployments service

serve-flows: install  ## run all flows from one process, by schedule and from Prefect's page, without a worker
	@$(BIN)/python -m flows serve

worker: install  ## deploy, and keep a worker running for what Prefect's page starts
	@$(BIN)/python -m deployments worker

metrics: install  ## serve metrics for Prometheus on loopback
	@$(BIN)/python -m deployments metrics
