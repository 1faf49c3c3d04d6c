.PHONY: help train model trust strokes tiny figures bench bench-check test test-all check docs

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/'

train: ## train with the default recipe
	python -m digitrec.train

model: ## the shipped model: train, choose on validation, convert, calibrate, measure, README
	python models/make.py

trust: ## what is known of the shipped model: docs/trust.md, of attacks and drift too (give MNIST_C=FILE)
	python benchmarks/trust.py --write
	python benchmarks/maps.py --write
	python benchmarks/disagreement.py --write
	python benchmarks/invariance.py shipped --write
	python benchmarks/robustness.py --only shipped --write
	python benchmarks/corruptions.py --only shipped --mnist-c $(MNIST_C) --write
	python benchmarks/drift.py --write
	python models/card.py
	python docs/trust_pictures.py

strokes: ## the stroke tree that follows the shipped model
	python models/strokes.py

tiny: ## the tiny shipped models, of 5 to 18 kB, and the picture of bytes against misses
	python models/tiny.py --write
	python benchmarks/frontier.py

figures: ## the presets' accuracies over three seeds, into benchmarks/presets.json and docs/training.md
	python benchmarks/presets.py

bench: ## how fast, beside how people do it today, into docs/benchmarks.md
	python benchmarks/speed --write

bench-check: ## whether one of these ratios has fallen by more than a fifth
	python benchmarks/speed --check

test: ## the fast tests
	pytest

test-all: ## all tests: also real trainings, conversions, the page in a browser
	pytest
	pytest -m "slow or browser"

check: ## what CI checks beside the tests
	ruff check .
	ruff format --check .
	mypy
	lint-imports

docs: ## docs/reference.md, the sample pictures, and the documentation as a site, in site/
	python docs/reference.py
	python docs/sample_pictures.py
	python -m digitrec.predict docs/pictures/five.jpg --stages docs/pictures
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict
