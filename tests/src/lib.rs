//! Holds nothing: the journeys, house rules and measurements are the integration tests beside this folder.
