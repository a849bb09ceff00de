"""The course's own notebooks: as their texts have them, and in the course's style."""

from making.authoring import build, lint


def test_notebooks_agree_with_their_texts(capsys):
    status = build.main(["--check"])
    assert status == 0, capsys.readouterr().out


def test_lessons_keep_the_rules_of_style(capsys):
    status = lint.main([])
    assert status == 0, capsys.readouterr().out
