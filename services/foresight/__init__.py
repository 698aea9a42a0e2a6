"""趋势研判（内部参考）: where each goal stands at month 24, with a range, from few figures a park and many parks.

`forecasting.forecast` is the way in; `table` reads the CSV of `python -m jobs forecast`. docs/foresight.md explains the
method to an official and to a statistician.
"""
