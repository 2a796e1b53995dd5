"""C9: the aircraft's age is told as before, from a column of another name."""


def test_ages_are_served_as_before(operation):
    for mode in operation.modes:
        assert "aircraft_age" not in operation.wrong(mode)
        assert operation.answers(mode)["aircraft_age"].notna().any()


def test_models_are_fitted_on_ages_as_before(operation):
    for mode in operation.modes:
        asked = operation.past(mode)
        built = operation.ground.facts.planes.set_index("tailnum")["year_built"]
        expected = (2013 - asked["tailnum"].map(built)).fillna(-1)
        assert operation.training(asked)["aircraft_age"].fillna(-1).tolist() == expected.tolist()
