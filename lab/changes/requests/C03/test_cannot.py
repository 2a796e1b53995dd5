"""Why a batch system cannot: it has no caller who could send a gate, and its own questions have none."""


def test_nobody_can_ask(operation):
    assert set(operation.modes) == {"batch"}


def test_its_questions_have_no_gate(operation):
    assert operation.ground.asked.query("mode == 'batch'")["gate"].isna().all()
    assert operation.past("batch")["gate"].isna().all()
