"""losslint's own torch implementation of NetsPresso Trainer's criteria, one module a criterion."""
