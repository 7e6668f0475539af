"""The automation-bias lab: people decide with advice that is sometimes wrong, and see how they relied on it.

Its results are the learner's alone. Finishing the lab completes it, whatever the result.
"""
