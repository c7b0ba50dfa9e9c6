"""Known distances, counted by hand. `make bench-ocr` runs this first."""

import unittest

import make_pages
import score


class Score(unittest.TestCase):
    def assert_score(self, truth, read, cer, wer):
        result = score.score(truth, read)
        self.assertAlmostEqual(result.cer, cer)
        self.assertAlmostEqual(result.wer, wer)

    def test_equal_texts_have_no_error(self):
        self.assert_score("one two", "one two", 0, 0)

    def test_substitution_insertion_and_deletion_count_one_each(self):
        # kitten, sitting: k to s, e to i, g added; six letters.
        self.assert_score("kitten", "sitting", 3 / 6, 1)

    def test_a_lost_word_costs_its_letters_and_its_space(self):
        self.assert_score("one two six", "one six", 4 / 11, 1 / 3)

    def test_white_space_is_not_measured_but_a_missing_space_is(self):
        self.assert_score("one two\nsix", "  one\t two   six\f", 0, 0)
        self.assert_score("one two", "onetwo", 1 / 7, 2 / 2)

    def test_case_counts(self):
        self.assert_score("Oak plank", "oak plank", 1 / 9, 1 / 2)

    def test_composed_and_decomposed_letters_are_equal(self):
        self.assert_score("Caf\u00e9", "Cafe\u0301", 0, 0)

    def test_more_wrong_than_there_was_is_more_than_one(self):
        self.assert_score("ab", "xyzxyz", 3, 1)

    def test_nothing_read_is_all_wrong(self):
        self.assert_score("one two", "", 1, 1)

    def test_on_a_blank_page_every_word_counts(self):
        self.assertEqual(score.score("", " \f").words, 0)
        self.assertEqual(score.score("", "| oe").words, 2)


    def test_recall_counts_words_in_any_order_as_often_as_they_stand_there(self):
        self.assertEqual(score.score("oak oak 12 brass", "12 oak and tin").recall, 2 / 4)
        self.assertEqual(score.score("oak plank", "plank oak").recall, 1)
        self.assertEqual(score.score("oak plank", "Oak plank.").recall, 0)
        self.assertEqual(score.score("", "dirt").recall, 1)


class Pages(unittest.TestCase):
    def test_a_page_is_the_same_every_time_and_another_in_the_other_half(self):
        make = lambda half: make_pages.CLASSES["noise"](make_pages.Case(half, "noise", 4))
        first, again, other = make("tune"), make("tune"), make("test")
        self.assertEqual((first.text, make_pages.encoded(first)), (again.text, make_pages.encoded(again)))
        self.assertNotEqual(make_pages.encoded(first), make_pages.encoded(other))

    def test_severity_covers_its_range(self):
        cases = [make_pages.Case("tune", "skew", number) for number in range(make_pages.PAGES)]
        parts = sorted(int(case.between(0, make_pages.PAGES)) for case in cases)
        self.assertEqual(parts, list(range(make_pages.PAGES)))


if __name__ == "__main__":
    unittest.main()
