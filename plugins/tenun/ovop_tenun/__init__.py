"""The tenun commodity of OVOP Indonesia. Everything is data in `definition/`; there is no hook."""
