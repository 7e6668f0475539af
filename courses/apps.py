from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"

    def ready(self) -> None:
        # Models may be imported only now: this is the one place where the seam learns who asks.
        from courses.assignments.satisfaction import assignments_asking
        from courses.completions.demand import register_demand

        register_demand(assignments_asking)
