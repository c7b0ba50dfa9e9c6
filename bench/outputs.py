"""What each output costs: a sweep that makes it alone, and one that makes all, in turn.

    make bench                                             over ../shared/corpus/digital
    python bench/outputs.py FOLDER [--files COUNT] [--rounds COUNT] [--processes COUNT]

Each sweep reads, checks, writes and flushes; what that takes is what `text` costs, and is part of every line. Against the
sum: the processor's time of the whole, by the sum of the single runs. Against text: the speed beside that of text alone,
the median of the rounds' own ratios.
"""

import statistics
import tempfile

from sweeping import chosen_files, in_turn, medians, parsed_arguments, sweep

TEXT, WHOLE = "text", "all of them"
FLAGS = {"crops": ("--crop", "top:1:0,0,200,100")}
OUTPUTS = (TEXT, "words", "links", "structure", "images", "codes", "crops", "page_images")


def contenders_of(program, folder, processes):
    def run(outputs):
        flags = [flag for name in outputs for flag in FLAGS.get(name, ())]
        return lambda out: sweep(program, folder, out, processes, "--outputs", ",".join(outputs), *flags)

    return {**{name: run([name]) for name in OUTPUTS}, WHOLE: run(OUTPUTS)}


def main():
    options = parsed_arguments()
    with tempfile.TemporaryDirectory() as folder:
        files = chosen_files(options.folder, options.files, folder)
        runs = in_turn(contenders_of(options.program, folder, options.processes), options.rounds)
    print(f"\nThe price of each output: {len(files)} files, {options.processes} processes, medians of {options.rounds} rounds:")
    for name, own in runs.items():
        median = medians(own)
        against = statistics.median(run["pages_per_s"] / text["pages_per_s"] for run, text in zip(own, runs[TEXT], strict=True))
        print(f"{name:14} {median['pages']:6.0f} pages {median['pages_per_s']:9.1f} pages/s {median['cpu_ms']:8.2f} ms of a core "
              f"a page {median['kb']:8.1f} KB a page   {against:5.2f} of the speed of text")
    ratios = [whole["cpu_ms"] / sum(runs[name][at]["cpu_ms"] for name in OUTPUTS) for at, whole in enumerate(runs[WHOLE])]
    print(f"all of them in one pass: {statistics.median(ratios):.2f} of the processor's time of the single runs together")


if __name__ == "__main__":
    main()
